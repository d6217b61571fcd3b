// SPDX-License-Identifier: GPL-2.0-only
// ps and kill; see process_commands.h.
#include <algorithm>
#include <ant/apps/common/find_process.h>
#include <ant/apps/common/process_commands.h>
#include <ant/lib/linux_numbers.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <iterator>

namespace ant {

namespace {

/// --help, or a command line that is wrong.
int print_usage(std::string_view text, std::string_view word) {
    const bool wanted = word == "--help";
    dprintf(wanted ? standard_output : standard_error, "usage: %.*s\n",
            static_cast<int>(text.size()), text.data());
    return wanted ? 0 : exit_usage;
}

} // namespace

int list_processes(std::span<const char* const> words) {
    constexpr std::string_view options = "Aaef"; // it shows all of all processes anyway
    for (const std::string_view word : words)
        if (word.size() < 2 || word[0] != '-' || word.find_first_not_of(options, 1) < word.size())
            return print_usage("ps [-Aaef]", word);
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

namespace {

struct Signal {
    std::string_view name, number;
};
/// AnT has no signals: each of these ends a process.
constexpr Signal signals[] = {
    {"HUP", "1"}, {"INT", "2"}, {"QUIT", "3"}, {"KILL", "9"}, {"TERM", "15"}};

bool ends_a_process(std::string_view signal) {
    if (signal.starts_with("SIG"))
        signal.remove_prefix(3);
    return std::ranges::any_of(signals, [signal](const Signal& known) {
        return signal == known.name || signal == known.number;
    });
}

/// Signal 0: is there such a process?
int look_for(int process) {
    ant_process_info info = {};
    if (find_process(process, info))
        return 0;
    last_error = ESRCH;
    return -1;
}

} // namespace

int kill_processes(std::span<const char* const> words) {
    constexpr std::string_view how = "kill [-s SIGNAL | -SIGNAL] PID...";
    std::string_view signal = "TERM";
    if (!words.empty() && words[0][0] == '-' && std::string_view(words[0]) != "--") {
        signal = words[0] + 1;
        words = words.subspan(1);
        if (signal == "s" && !words.empty()) {
            signal = words[0];
            words = words.subspan(1);
        }
        if (signal != "0" && !ends_a_process(signal))
            return print_usage(how, signal == "-help" ? "--help" : "");
    }
    if (!words.empty() && std::string_view(words[0]) == "--")
        words = words.subspan(1);
    int status = words.empty() ? print_usage(how, "") : 0;
    for (const char* word : words) {
        uint64_t number = 0;
        if (!parse_number(word, number) || number == 0 || number > INT32_MAX)
            return print_usage(how, "");
        const int process = static_cast<int>(number);
        if ((signal == "0" ? look_for(process) : ant::kill(process)) != 0)
            status = report("kill", word);
    }
    return status;
}

} // namespace ant
