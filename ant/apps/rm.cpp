// SPDX-License-Identifier: GPL-2.0-only
// rm PATH...: removes Linux files, and directories that are empty.
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

int main(int argc, char** argv) {
    if (argc < 2)
        return usage("rm PATH...");
    int status = 0;
    for (int i = 1; i < argc; i++) {
        const bool removed =
            ant::unlink(argv[i]) == 0 || (last_error == EISDIR && ant::rmdir(argv[i]) == 0);
        if (!removed)
            status = report("rm", argv[i]);
    }
    return status;
}
