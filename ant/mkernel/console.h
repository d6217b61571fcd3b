// SPDX-License-Identifier: GPL-2.0-only
// AnT's two consoles, output side: the terminal for people (ttyS1) and the control channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ant/core/process.h"

namespace ant {

inline constexpr std::uint32_t console_count = 2;

enum class Stream : std::uint32_t { output = 1, error = 2 };

void initialise_consoles();

// The right to write to a console, which cores take in turn: what is written by one object stays
// together. The terminal gets "\r\n" for "\n"; the control channel gets the bytes as they are.
class [[nodiscard]] ConsoleOutput {
public:
    explicit ConsoleOutput(ConsoleNumber console);
    ~ConsoleOutput();
    ConsoleOutput(const ConsoleOutput&) = delete;
    ConsoleOutput& operator=(const ConsoleOutput&) = delete;

    void write(std::string_view text);

private:
    ConsoleNumber console_;
};

// What a process writes; on the control channel with the header of include/antlinux/testbed.h.
void write_stream(ConsoleNumber console, Stream stream, std::string_view text);

// Control channel: "ready" and "end STATUS".
void write_control_ready();
void write_control_end(std::uint32_t status);

// A byte that came in; asked on the m-kernel's core only.
std::optional<std::byte> poll_input(ConsoleNumber console);

// One line about a process: on its console and in the log.
void report_process_fault(const Process& process, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

// For a panic, when the other cores stand still: no lock is waited for any more.
void ignore_console_locks();

} // namespace ant
