// SPDX-License-Identifier: GPL-2.0-only
// init and the shells: a console is never without one.
#include "ant/mkernel/shells.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/server_list.h"
#include "ant/mkernel/settings.h"

namespace ant::mkernel {

namespace {

using namespace std::string_view_literals;

struct Shell {
    std::string_view arguments;
    ProcessNumber number{};
    int short_lives = 0;
    bool is_missing = false; // what was said about it
    Nanoseconds next_try{};  // while it is missing
};

constinit std::array<Shell, console_count> shells{
    Shell{"antsh\0"sv},
    Shell{"antsh\0--control\0"sv},
};

// A shell that ends at once, again and again, or that cannot be started, lacks something: better a
// try now and then than a loop. What it lacks (a slot, memory) may come back, and nobody but the
// console's user could fetch it.
constexpr Nanoseconds short_life = milliseconds(1000);
constexpr int most_short_lives = 5;
constexpr Nanoseconds retry_pause = milliseconds(1000);

constexpr std::string_view server_list = "etc/servers";

// Until it has ended.
constinit ProcessNumber init{};

// For the control channel's first shell; empty: none.
constinit std::string_view first_script{};

Result<ProcessNumber> create_init() {
    std::array<char, 256> buffer{};
    const std::span<const std::byte> list = TRY(file_in_ram_disk(server_list));
    const std::string_view text =
        TRY(init_arguments({reinterpret_cast<const char*>(list.data()), list.size()}, buffer));
    const Arguments arguments = TRY(Arguments::check(text));
    return create_process(arguments, {.core = mkernel_core().number,
                                      .console = ConsoleNumber::terminal,
                                      .rights = ANT_RIGHTS_ALL});
}

// "antsh\0", or for the control channel's first shell "antsh\0--control\0SCRIPT\0".
std::string_view words_of(ConsoleNumber console, std::span<char> space) {
    const std::string_view words = shells[static_cast<std::size_t>(console)].arguments;
    if (console != ConsoleNumber::control || first_script.empty())
        return words;
    ASSERT(words.size() + first_script.size() < space.size());
    const auto end = std::ranges::copy(words, space.begin()).out;
    *std::ranges::copy(first_script, end).out = '\0';
    return {space.data(), words.size() + first_script.size() + 1};
}

// Once for each time that the console is without a shell.
void miss(ConsoleNumber console, const char* why, int value) {
    Shell& shell = shells[static_cast<std::size_t>(console)];
    shell.number = {};
    shell.next_try = x86::Clock::now() + retry_pause;
    if (!shell.is_missing)
        log(LogLevel::error, "console %u has no shell: %s %d: tried again every second",
            static_cast<unsigned>(console), why, value);
    shell.is_missing = true;
}

void start(ConsoleNumber console) {
    std::array<char, 256> space{};
    const auto arguments = Arguments::check(words_of(console, space));
    ASSERT(arguments.is_ok());
    const auto number = create_process(
        arguments.value(),
        {.core = mkernel_core().number, .console = console, .rights = ANT_RIGHTS_ALL});
    if (number.is_error())
        return miss(console, "bin/antsh of the RAM disk: error", static_cast<int>(number.error()));
    shells[static_cast<std::size_t>(console)].number = number.value();
    if (console == ConsoleNumber::control)
        first_script = {};
}

void start_shells() {
    for (std::uint32_t console = 0; console < console_count; ++console)
        start(ConsoleNumber{console});
}

} // namespace

[[gnu::weak]] void start_processes(const CommandLine&, const Settings& settings) {
    start_init(settings.script);
}

void start_init(std::string_view script) {
    first_script = script;
    const auto number = create_init();
    if (number.is_ok()) {
        init = number.value();
        return;
    }
    log(LogLevel::error, "no servers: bin/init and %.*s of the RAM disk: error %d",
        TEXT(server_list), static_cast<int>(number.error()));
    start_shells();
}

void start_successor(ProcessNumber ended, Nanoseconds started, std::uint32_t status) {
    if (ended == init) {
        init = {};
        if (status != 0)
            log(LogLevel::warning, "init: not every server has started (status %u)", status);
        start_shells();
        return;
    }
    for (std::uint32_t console = 0; console < console_count; ++console) {
        Shell& shell = shells[console];
        if (shell.number != ended)
            continue;
        const bool was_short = x86::Clock::now() - started < short_life;
        shell.short_lives = was_short ? shell.short_lives + 1 : 0;
        if (shell.short_lives >= most_short_lives)
            return miss(ConsoleNumber{console}, "it ends at once, status",
                        static_cast<int>(status));
        shell.is_missing = false;
        log(LogLevel::info, "console %u: the shell has ended (status %u), a new one starts",
            console, status);
        start(ConsoleNumber{console});
    }
}

void retry_shells() {
    const Nanoseconds now = x86::Clock::now();
    for (std::uint32_t console = 0; console < console_count; ++console) {
        const Shell& shell = shells[console];
        if (shell.is_missing && shell.number == ProcessNumber{} && now >= shell.next_try)
            start(ConsoleNumber{console});
    }
}

} // namespace ant::mkernel
