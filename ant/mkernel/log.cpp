// SPDX-License-Identifier: GPL-2.0-only
// The kernel's log.
#include "ant/mkernel/log.h"

#include <antlinux/table.h>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/core/region.h"
#include "ant/mkernel/console.h"

namespace ant {

namespace {

using KernelLog = Klog<KernelLock, ANTLINUX_LOG_TEXT_BYTES>;

// Written by all cores under its own lock.
constinit KernelLog klog;

} // namespace

void start_log() { klog.start(in_region<KernelLog::Memory>(ANTLINUX_LOG_OFFSET)); }

void log_quietly(LogLevel level, const char* format, ...) {
    std::va_list arguments{};
    va_start(arguments, format);
    (void)klog.vwrite(level, x86::Clock::now().count, this_core().number, format, arguments);
    va_end(arguments);
}

void log(LogLevel level, const char* format, ...) {
    std::va_list arguments{};
    va_start(arguments, format);
    const std::uint64_t position =
        klog.vwrite(level, x86::Clock::now().count, this_core().number, format, arguments);
    va_end(arguments);
    if (level == LogLevel::debug)
        return;
    std::array<char, decltype(klog)::line_length> line{};
    const auto read = klog.read_from(position, line);
    // Another core may have added a line since: only the first one is ours.
    const std::string_view text{line.data(), read.bytes};
    // When there is no space for it, it is in the log all the same.
    (void)write_console(ConsoleNumber::terminal, text.substr(0, text.find('\n') + 1));
}

void log_panic_line(std::string_view text) {
    klog.break_lock();
    (void)klog.write(LogLevel::error, x86::Clock::now().count, x86::LocalApic::core(), "%.*s",
                     TEXT(text));
}

std::uint64_t log_end() { return klog.end(); }

std::size_t read_log_from(std::uint64_t position, std::span<char> out) {
    return klog.read_from(position, out).bytes;
}

std::size_t read_log(std::size_t offset, std::span<char> out) { return klog.read(offset, out); }

} // namespace ant
