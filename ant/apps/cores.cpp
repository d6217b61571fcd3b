// SPDX-License-Identifier: GPL-2.0-only
// cores: AnT's processor cores, one a line that starts with the core's number.
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"cores"});
    if (line.is_over())
        return line.status();
    ant_core_info info = {};
    for (uint32_t index = 0; core_info(index, &info) == 0; index++)
        ant::printf("%u %c-kernel running=%u processes=%u idle_ms=%" PRIu64 " run_ms=%" PRIu64
                    " interrupts=%" PRIu64 " linux_calls=%" PRIu64 " linux_results=%" PRIu64
                    " interrupts_off_ns=%" PRIu64 "\n",
                    info.core, static_cast<char>(info.kernel), info.running, info.processes,
                    info.idle_ns / 1000000, info.run_ns / 1000000, info.interrupts,
                    info.linux_calls, info.linux_results, info.interrupts_off_ns);
    return last_error == ESRCH ? 0 : report("cores", "core_info");
}
