// SPDX-License-Identifier: GPL-2.0-only
// Where a walk through a directory tree is: a path that grows and shrinks in one buffer, since the
// stack is small.
#ifndef ANT_APPS_COMMON_TREE_H
#define ANT_APPS_COMMON_TREE_H

#include <ant/apps/common/name_list.h>

namespace ant {

class TreePath {
public:
    explicit TreePath(const char* path);

    [[nodiscard]] const char* text() const { return path_; }
    /// False, and last_error: it is longer or deeper than can be.
    [[nodiscard]] bool fits() const;

    /// Adds a name, for as long as it lives.
    class Below {
    public:
        Below(TreePath& path, const char* name);
        ~Below();
        Below(const Below&) = delete;
        Below& operator=(const Below&) = delete;

    private:
        TreePath& path_;
        size_t before_;
    };

    /// The names in this directory but . and .., as Linux has them. All at once: what the walk
    /// changes must not shift those that are still to come. False: last_error says why.
    [[nodiscard]] bool list(NameList& names) const;

private:
    static constexpr unsigned most_levels = 500;

    char path_[4096];
    size_t length_; // of what did not fit, too
    unsigned level_ = 0;
};

/// "." and "..".
[[nodiscard]] bool is_dots(std::string_view name);

} // namespace ant

#endif
