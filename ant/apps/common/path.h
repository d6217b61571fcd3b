// SPDX-License-Identifier: GPL-2.0-only
// Paths of Linux's, taken apart and put together.
#ifndef ANT_APPS_COMMON_PATH_H
#define ANT_APPS_COMMON_PATH_H

#include <ant/lib/errno.h>
#include <ant/lib/format.h>
#include <ant/lib/unistd.h>
#include <string_view>

namespace ant {

/// The last part of a path, without slashes at its end.
[[nodiscard]] inline std::string_view last_part(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    path.remove_prefix(path.rfind('/') + 1); // npos + 1 is 0
    return path;
}

/// Is it a directory, or a symbolic link to one?
[[nodiscard]] inline bool is_directory(const char* path) {
    antlinux_stat status = {};
    return stat(path, &status) == 0 && S_ISDIR(status.mode);
}

/// "DIRECTORY/NAME", of Linux's greatest length at most.
class InDirectory {
public:
    InDirectory(const char* directory, std::string_view name)
        : fits_(snprintf(text_, sizeof(text_), "%s/%.*s", directory, static_cast<int>(name.size()),
                         name.data()) < static_cast<int>(sizeof(text_))) {}

    /// nullptr and last_error when it is too long.
    [[nodiscard]] const char* text() const {
        if (!fits_)
            last_error = ENAMETOOLONG;
        return fits_ ? text_ : nullptr;
    }

private:
    char text_[4096];
    bool fits_;
};

} // namespace ant

#endif
