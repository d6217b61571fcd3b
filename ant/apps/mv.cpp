// SPDX-License-Identifier: GPL-2.0-only
// mv FROM TO: gives a Linux file or directory another name; a TO that is a directory
// gets it inside. Both lie on one file system: between two, cp and rm do it.
#include <ant/lib/fcntl.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

/// The last part of a path, without slashes at its end.
std::string_view last_part(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    path.remove_prefix(path.rfind('/') + 1); // npos + 1 is 0
    return path;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3)
        return usage("mv FROM TO");
    const char* to = argv[2];
    char inside[4096];
    antlinux_stat status = {};
    if (ant::stat(to, &status) == 0 && S_ISDIR(status.mode)) {
        const std::string_view name = last_part(argv[1]);
        const int length = snprintf(inside, sizeof(inside), "%s/%.*s", to,
                                    static_cast<int>(name.size()), name.data());
        if (length >= static_cast<int>(sizeof(inside))) {
            last_error = ENAMETOOLONG;
            return report("mv", to);
        }
        to = inside;
    }
    return ant::rename(argv[1], to) == 0 ? 0 : report("mv", argv[1]);
}
