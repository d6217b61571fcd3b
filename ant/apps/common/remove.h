// SPDX-License-Identifier: GPL-2.0-only
// Removing files and trees: rm, and mv to another file system.
#ifndef ANT_APPS_COMMON_REMOVE_H
#define ANT_APPS_COMMON_REMOVE_H

#include <ant/apps/common/tree.h>

namespace ant {

struct Removal {
    const char* program; ///< that speaks
    bool whole = false;  ///< directories with all that is in them
    bool empty = false;  ///< empty directories
    bool asks = false;
    bool forced = false; ///< what is not there is no error
    bool tells = false;
};

/// An exit status. A symbolic link is removed itself, not what it leads to.
[[nodiscard]] int remove_tree(TreePath& path, const Removal& how);

} // namespace ant

#endif
