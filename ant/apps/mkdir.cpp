// SPDX-License-Identifier: GPL-2.0-only
// mkdir [-p] PATH...: makes Linux directories; -p with those above them that are missing, and it
// is no error when one is there.
#include <ant/apps/common/path.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

bool make(const char* path) {
    return ant::mkdir(path, 0777) == 0 || (last_error == EEXIST && is_directory(path));
}

bool make_all(const char* path) {
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
        const bool made = make(part);
        *at = '/';
        if (!made)
            return false;
    }
    return make(path);
}

} // namespace

int main(int argc, char** argv) {
    constexpr const char* usage_text = "mkdir [-p] PATH...";
    Options options(argc, argv, "p");
    bool all = false;
    for (int option = options.next(); option != Options::end; option = options.next()) {
        if (option != 'p')
            return usage(usage_text);
        all = true;
    }
    const auto paths = options.rest();
    if (paths.empty())
        return usage(usage_text);
    int status = 0;
    for (const char* path : paths)
        if (all ? !make_all(path) : ant::mkdir(path, 0777) != 0)
            status = report("mkdir", path);
    return status;
}
