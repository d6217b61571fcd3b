// SPDX-License-Identifier: GPL-2.0-only
// ps and kill; see process_commands.h.
#include <ant/apps/common/process_commands.h>
#include <ant/lib/linux_numbers.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <iterator>

namespace ant {

int list_processes() {
    constexpr const char* states[] = {"ready", "running", "blocked", "zombie", "ending"};
    constexpr uint64_t second = 1'000'000'000;
    ant::printf("  PID PARENT CORE STATE    MEMORY-KB ICA-KB LINUX-CALLS   RUN-US NAME\n");
    ant_process_info info = {};
    for (uint32_t index = 0; process_info(index, &info) == 0; index++) {
        const char* state = info.state < std::size(states) ? states[info.state] : "?";
        ant::printf("%5u %6u %4u %-8s %9u %6u %11" PRIu64 " %8" PRIu64 " %.*s", info.pid,
                    info.parent, info.core, state, info.memory_pages * 4, info.ica_pages * 4,
                    info.linux_calls, info.run_ns / 1000, ANT_NAME_BYTES, info.name);
        if (info.linux_call != ANT_NO_LINUX_CALL && info.linux_ns >= second)
            ant::printf("  (waits for Linux since %" PRIu64 " s in %s)", info.linux_ns / second,
                        name_of(LinuxNumber{info.linux_call}));
        ant::printf("\n");
    }
    return last_error == ESRCH ? 0 : report("ps", "process_info");
}

int kill_processes(std::span<const char* const> numbers) {
    constexpr const char* how = "kill PID...";
    int status = 0;
    for (const char* number : numbers) {
        uint64_t process = 0;
        if (!parse_number(number, process) || process == 0 || process > INT32_MAX)
            return usage(how);
        if (ant::kill(static_cast<int>(process)) != 0)
            status = report("kill", number);
    }
    return numbers.empty() ? usage(how) : status;
}

} // namespace ant
