// SPDX-License-Identifier: GPL-2.0-only
// AnT's two consoles, output side: the terminal for people (ttyS1) and the control channel. On the
// m-kernel's core, which waits for no port: what a port does not take at once waits in memory, and
// goes out bit by bit, with whatever is written and with the timer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ant/core/process.h"

namespace ant {

inline constexpr std::uint32_t console_count = 2;

enum class Stream : std::uint32_t { output = 1, error = 2 };

void initialise_consoles();

// Writes all of the text or, when there is no space for it, nothing: false. The terminal gets
// "\r\n" for "\n"; the control channel gets the bytes as they are.
[[nodiscard]] bool write_console(ConsoleNumber console, std::string_view text);

// The same for what a process writes; on the control channel with the header of
// include/antlinux/testbed.h.
[[nodiscard]] bool write_stream(ConsoleNumber console, Stream stream, std::string_view text);

// Control channel: "ready" and "end STATUS".
void write_control_ready();
void write_control_end(std::uint32_t status);

// Gives the ports more of what waits. True: they take it, and there is still more.
bool drain_consoles();

// Output waits, and for two seconds the port has taken nothing: nobody reads it.
bool is_stalled(ConsoleNumber console);

// To the terminal, when nothing else can go on: waits until the port has taken everything or is
// stalled.
void write_patiently(std::string_view text);

// A byte that came in.
std::optional<std::byte> poll_input(ConsoleNumber console);

// One line about a process: on its console and in the log.
void report_process_fault(const Process& process, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

} // namespace ant
