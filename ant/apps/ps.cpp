// SPDX-License-Identifier: GPL-2.0-only
// ps: AnT's processes, one a line.
#include <ant/lib/process.h>
#include <ant/lib/report.h>

using namespace ant;

int main() {
    constexpr const char* states[] = {"ready", "running", "blocked", "zombie"};
    ant::printf("  PID PARENT CORE STATE    MEMORY-KB ICA-KB LINUX-CALLS   RUN-US NAME\n");
    ant_process_info info = {};
    for (uint32_t index = 0; process_info(index, &info) == 0; index++)
        ant::printf("%5u %6u %4u %-8s %9u %6u %11" PRIu64 " %8" PRIu64 " %.*s\n", info.pid,
                    info.parent, info.core, info.state < 4 ? states[info.state] : "?",
                    info.memory_pages * 4, info.ica_pages * 4, info.linux_calls, info.run_ns / 1000,
                    ANT_NAME_BYTES, info.name);
    return last_error == ESRCH ? 0 : report("ps", "process_info");
}
