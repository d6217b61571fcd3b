// SPDX-License-Identifier: GPL-2.0-only
// mkdir: makes Linux directories, with the permissions of -m; -p with those above them that are
// missing, and it is no error when one is there.
#include <ant/apps/common/mode.h>
#include <ant/apps/common/path.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

/// False: last_error says why.
bool make(const char* path, std::optional<unsigned> mode) {
    // The proxies' mask has no say in what -m asks for.
    return ant::mkdir(path, 0777) == 0 && (!mode || ant::chmod(path, *mode) == 0);
}

bool is_there_or_made(const char* path, std::optional<unsigned> mode) {
    return make(path, mode) || (last_error == EEXIST && is_directory(path));
}

bool make_all(std::string_view path, std::optional<unsigned> mode) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    char part[4096];
    if (strlcpy(part, path, sizeof(part)) >= sizeof(part)) {
        last_error = ENAMETOOLONG;
        return false;
    }
    // Each slash behind a name ends a directory.
    for (char* at = part; *at != '\0'; at++) {
        if (*at != '/' || at == part || at[-1] == '/')
            continue;
        *at = '\0';
        const bool made = is_there_or_made(part, std::nullopt);
        *at = '/';
        if (!made)
            return false;
    }
    return is_there_or_made(part, mode);
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"mkdir", "p m:MODE", "DIRECTORY..."});
    if (line.is_over())
        return line.status();
    std::optional<unsigned> mode;
    if (const char* text = line.value_of('m'); text != nullptr) {
        mode = parse_mode(text, 0777);
        if (!mode)
            return line.refuse("invalid mode", text);
    }
    int status = 0;
    for (const char* path : line.operands())
        if (line.has('p') ? !make_all(path, mode) : !make(path, mode))
            status = report("mkdir", "cannot create directory", path);
    return status;
}
