// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log: what happened, for people on AnT's terminal and for klog_read().
#pragma once

#include <cstdint>
#include <span>

#include "ant/core/lock.h"
#include "ant/mkernel/klog.h"

namespace ant {

// The first thing AnT does: before it nothing is kept.
void start_log();

// Formats a line into the log; all but debug lines also go to the terminal.
void log(LogLevel level, const char* format, ...) __attribute__((format(printf, 2, 3)));
// The same, into the log only.
void log_quietly(LogLevel level, const char* format, ...) __attribute__((format(printf, 2, 3)));

// For a panic, when the other cores stand still: a line into the log without waiting for anyone.
void log_panic_line(std::string_view text);

// The position behind the last line, and copying what lies behind a position (klog.h).
std::uint64_t log_end();
std::size_t read_log_from(std::uint64_t position, std::span<char> out);

// Copies from the log, `offset` bytes into it; 0 at the end.
std::size_t read_log(std::size_t offset, std::span<char> out);

} // namespace ant
