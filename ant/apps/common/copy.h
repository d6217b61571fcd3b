// SPDX-License-Identifier: GPL-2.0-only
// Copying files and trees: cp, and mv to another file system.
#ifndef ANT_APPS_COMMON_COPY_H
#define ANT_APPS_COMMON_COPY_H

#include <ant/apps/common/ica_buffer.h>
#include <ant/apps/common/tree.h>
#include <ant/lib/unistd.h>

namespace ant {

class Copy {
public:
    enum class Follow : uint8_t { none, operands, all }; ///< which symbolic links: -P, -H, -L
    struct How {
        const char* program; ///< that speaks
        bool whole = false;  ///< directories with all that is in them
        bool preserves = false;
        bool asks = false;
        bool forced = false;
        Follow follow = Follow::all;
    };

    explicit Copy(const How& how) : how_(how) {}
    /// There is memory to copy with.
    [[nodiscard]] bool is_ready() const { return buffer_.valid(); }

    /// An exit status.
    [[nodiscard]] int run(const char* from, const char* to);

private:
    int copy(bool is_operand);
    bool clash(const antlinux_stat& from, const antlinux_stat& to) const;
    int copy_file(const antlinux_stat& from, const antlinux_stat* to);
    int copy_link(const antlinux_stat* to);
    int copy_directory(const antlinux_stat& from, const antlinux_stat* to);
    int copy_contents(const antlinux_stat& from);
    int preserve(const antlinux_stat& from);
    /// What has gone wrong with one of the two paths, by last_error.
    int failed(const char* what, const TreePath& path, const char* rest = "") const;

    How how_;
    IcaBuffer buffer_{size_t{256} * 1024}; // the data stays in the ICA all the way
    TreePath from_{""};
    TreePath to_{""};
    antlinux_stat made_ = {}; // the first directory that was made: never copied into itself
};

} // namespace ant

#endif
