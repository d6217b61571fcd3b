// SPDX-License-Identifier: GPL-2.0-only
// init SERVER...: AnT's first process. It starts the servers in that order, and ends; then the
// kernel starts the shells. The names come from etc/servers in the RAM disk.
#include <ant/apps/common/report.h>
#include <ant/servers/common/start_server.h>

using namespace ant;

int main(int argc, char** argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        const int result = start_server(argv[i]);
        if (result == 0)
            continue;
        failed = exit_failure;
        if (result < 0)
            static_cast<void>(report("init", argv[i]));
        else
            dprintf(standard_error, "init: the server %s ended at once (status %d)\n", argv[i],
                    result);
    }
    return failed;
}
