// SPDX-License-Identifier: GPL-2.0-only
// rmdir: removes Linux directories that are empty; -p with those above them in the path.
#include <ant/apps/common/tree.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

int remove(const char* path) {
    return ant::rmdir(path) == 0 ? 0 : report("rmdir", "failed to remove", path);
}

/// "a/b/c", then "a/b" and "a".
int remove_all(const char* path) {
    char part[4096];
    if (strlcpy(part, path, sizeof(part)) >= sizeof(part)) {
        last_error = ENAMETOOLONG;
        return report("rmdir", "failed to remove", path);
    }
    size_t length = strlen(part);
    while (length > 0) {
        while (length > 1 && part[length - 1] == '/')
            part[--length] = '\0';
        if (std::string_view(part) == "/")
            break;
        if (const int status = remove(part); status != 0)
            return status;
        while (length > 0 && part[length - 1] != '/')
            part[--length] = '\0';
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"rmdir", "p", "DIRECTORY..."});
    if (line.is_over())
        return line.status();
    int status = 0;
    for (const char* path : line.operands())
        status |= line.has('p') ? remove_all(path) : remove(path);
    return status;
}
