// SPDX-License-Identifier: GPL-2.0-only
// Output to the consoles.
#include "ant/mkernel/console.h"

#include <antlinux/testbed.h>
#include <array>
#include <cstdarg>

#include "ant/arch/x86/uart.h"
#include "ant/base/format.h"
#include "ant/base/text.h"
#include "ant/mkernel/log.h"

namespace ant {

namespace {

struct Console {
    x86::Uart uart;
    bool is_terminal;
    KernelLock lock{};
};

constinit std::array<Console, console_count> consoles{
    Console{x86::Uart{x86::IoPort{0x2f8}}, true},
    Console{x86::Uart{x86::IoPort{0x3e8}}, false},
};

constinit bool locks_ignored = false;

Console& console_of(ConsoleNumber number) { return consoles[static_cast<std::size_t>(number)]; }

void write_raw(x86::Uart& uart, std::string_view text) {
    uart.write(std::as_bytes(std::span{text}));
}

} // namespace

void initialise_consoles() {
    for (const Console& console : consoles)
        console.uart.initialise();
}

ConsoleOutput::ConsoleOutput(ConsoleNumber console) : console_(console) {
    if (!locks_ignored)
        console_of(console_).lock.lock();
}

ConsoleOutput::~ConsoleOutput() {
    if (!locks_ignored)
        console_of(console_).lock.unlock();
}

void ConsoleOutput::write(std::string_view text) {
    Console& console = console_of(console_);
    if (!console.is_terminal) {
        write_raw(console.uart, text);
        return;
    }
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        write_raw(console.uart, text.substr(0, newline));
        if (newline == std::string_view::npos)
            return;
        write_raw(console.uart, "\r\n");
        text.remove_prefix(newline + 1);
    }
}

void write_stream(ConsoleNumber console, Stream stream, std::string_view text) {
    if (text.empty())
        return;
    ConsoleOutput output{console};
    if (!console_of(console).is_terminal) {
        std::array<char, 32> header{};
        output.write(
            format_to(header, "%s %zu\n", stream == Stream::error ? "err" : "out", text.size()));
    }
    output.write(text);
}

void write_control_ready() { ConsoleOutput{ConsoleNumber::control}.write("ready\n"); }

void write_control_end(std::uint32_t status) {
    std::array<char, 32> line{};
    ConsoleOutput{ConsoleNumber::control}.write(format_to(line, "end %u\n", status));
}

std::optional<std::byte> poll_input(ConsoleNumber console) {
    return console_of(console).uart.read();
}

void report_process_fault(const Process& process, const char* format, ...) {
    std::array<char, 200> line{};
    std::va_list arguments{};
    va_start(arguments, format);
    BufferSink sink{line};
    vformat(sink, format, arguments);
    va_end(arguments);

    log_quietly(LogLevel::warning, "%.*s", TEXT(sink.text()));
    std::array<char, 202> with_newline{};
    write_stream(process.mkernel.console, Stream::error,
                 format_to(with_newline, "%.*s\n", TEXT(sink.text())));
}

void ignore_console_locks() { locks_ignored = true; }

} // namespace ant
