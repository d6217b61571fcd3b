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
};

constinit std::array<Shell, console_count> shells{
    Shell{"antsh\0"sv},
    Shell{"antsh\0--control\0"sv},
};

// A shell that ends at once, again and again, is broken: better silence than a loop.
constexpr Nanoseconds short_life = milliseconds(1000);
constexpr int most_short_lives = 5;

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
    return create_process(arguments,
                          {.core = mkernel_core().number, .console = ConsoleNumber::terminal});
}

void start(ConsoleNumber console, std::string_view given) {
    Shell& shell = shells[static_cast<std::size_t>(console)];
    const auto arguments = Arguments::check(given);
    ASSERT(arguments.is_ok());
    auto number =
        create_process(arguments.value(), {.core = mkernel_core().number, .console = console});
    if (number.is_error())
        log(LogLevel::error, "console %u has no shell: bin/antsh of the RAM disk: error %d",
            static_cast<unsigned>(console), static_cast<int>(number.error()));
    shell.number = number.is_ok() ? number.value() : ProcessNumber{};
}

void start(ConsoleNumber console) {
    start(console, shells[static_cast<std::size_t>(console)].arguments);
}

void start_shells() {
    start(ConsoleNumber::terminal);
    if (first_script.empty()) {
        start(ConsoleNumber::control);
        return;
    }
    // "antsh --control SCRIPT", each word with its NUL.
    std::array<char, 256> words{};
    std::string_view control = shells[static_cast<std::size_t>(ConsoleNumber::control)].arguments;
    ASSERT(control.size() + first_script.size() < words.size());
    std::copy(control.begin(), control.end(), words.begin());
    std::copy(first_script.begin(), first_script.end(), words.begin() + control.size());
    start(ConsoleNumber::control, {words.data(), control.size() + first_script.size() + 1});
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
        if (shell.short_lives >= most_short_lives) {
            shell.number = {};
            log(LogLevel::error, "console %u: the shell ends at once (status %u): given up",
                console, status);
            return;
        }
        log(LogLevel::info, "console %u: the shell has ended (status %u), a new one starts",
            console, status);
        start(ConsoleNumber{console});
    }
}

} // namespace ant::mkernel
