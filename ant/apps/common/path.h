// SPDX-License-Identifier: GPL-2.0-only
// Paths of Linux's, taken apart and put together.
#ifndef ANT_APPS_COMMON_PATH_H
#define ANT_APPS_COMMON_PATH_H

#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
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

/// The same file under two names?
[[nodiscard]] inline bool is_same_file(const antlinux_stat& one, const antlinux_stat& other) {
    return one.dev == other.dev && one.ino == other.ino;
}

/// FROM TO, or FROM... DIRECTORY: calls function(from, to) for each pair, and puts its exit
/// statuses together.
template<typename Function>
[[nodiscard]] int for_each_pair(const char* program, std::span<char* const> operands,
                                Function function) {
    const char* const target = operands.back();
    antlinux_stat status = {};
    const bool is_there = stat(target, &status) == 0;
    const bool into = is_there && S_ISDIR(status.mode);
    if (!into && operands.size() == 2)
        return function(operands[0], target);
    if (!into) {
        last_error = is_there ? ENOTDIR : last_error;
        dprintf(standard_error, "%s: target '%s': %s\n", program, target, strerror(last_error));
        return exit_failure;
    }
    int result = 0;
    char to[4096];
    for (const char* from : operands.first(operands.size() - 1)) {
        const std::string_view name = last_part(from);
        const int length = snprintf(to, sizeof(to), "%s%s%.*s", target,
                                    std::string_view(target).ends_with('/') ? "" : "/",
                                    static_cast<int>(name.size()), name.data());
        last_error = ENAMETOOLONG;
        result |=
            length < static_cast<int>(sizeof(to)) ? function(from, to) : report(program, from);
    }
    return result;
}

} // namespace ant

#endif
