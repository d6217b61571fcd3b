// SPDX-License-Identifier: GPL-2.0-only
// Output to the consoles.
#include "ant/mkernel/console.h"

#include <algorithm>
#include <antlinux/testbed.h>
#include <array>
#include <cstdarg>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/processor.h"
#include "ant/arch/x86/uart.h"
#include "ant/base/format.h"
#include "ant/base/ring_buffer.h"
#include "ant/base/text.h"
#include "ant/mkernel/log.h"

namespace ant {

namespace {

using x86::Clock;

// What has not gone out yet.
struct Output {
    RingBuffer<char, 8192> waiting{};
    Nanoseconds moved{}; // the port last took something then, or nothing waited for it
};

struct Console {
    x86::Uart uart;
    bool is_terminal;
    Output* output; // not in here: it begins as zeros, which need no place in the image
};

constinit std::array<Output, console_count> outputs{};
constexpr std::array<Console, console_count> consoles{
    Console{x86::Uart{x86::IoPort{0x2f8}}, true, &outputs.front()},
    Console{x86::Uart{x86::IoPort{0x3e8}}, false, &outputs.back()},
};

// For how long one call gives bytes to a port, while everybody waits for the m-kernel: QEMU takes
// several microseconds for each byte.
constexpr Nanoseconds most_at_a_time = microseconds(500);

// After that long without a byte taken nobody waits for a port any more.
constexpr Nanoseconds patience = milliseconds(2'000);

// What processes write leaves so many bytes for the kernel's own lines: "ready" and "end" are not
// repeated.
constexpr std::size_t kept_for_kernel = 256;

// How often a panic that comes before there is a clock looks at a port that is busy.
constexpr int looks_without_clock = 4'000'000;

const Console& console_of(ConsoleNumber number) {
    return consoles[static_cast<std::size_t>(number)];
}

// Gives the port what it takes without being waited for. True: it took something.
bool drain(const Console& console) {
    Output& output = *console.output;
    const Nanoseconds start = Clock::now();
    bool has_moved = false;
    for (Nanoseconds now = start; now - start < most_at_a_time; now = Clock::now()) {
        if (output.waiting.is_empty() || !console.uart.takes_burst())
            break;
        for (int i = 0; i < x86::Uart::burst && !output.waiting.is_empty(); ++i)
            console.uart.write(static_cast<std::byte>(*output.waiting.pop()));
        output.moved = now;
        has_moved = true;
    }
    return has_moved;
}

std::size_t size_on(const Console& console, std::string_view text) {
    const auto newlines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    return text.size() + (console.is_terminal ? newlines : 0);
}

void append(const Console& console, std::string_view text) {
    Output& output = *console.output;
    if (output.waiting.is_empty())
        output.moved = Clock::now();
    for (const char c : text) {
        if (c == '\n' && console.is_terminal)
            (void)output.waiting.push('\r');
        (void)output.waiting.push(c);
    }
}

bool write_whole(const Console& console, std::string_view header, std::string_view text,
                 std::size_t kept) {
    const std::size_t size = size_on(console, header) + size_on(console, text);
    const bool fits = size + kept <= console.output->waiting.space();
    if (fits) {
        append(console, header);
        append(console, text);
    }
    (void)drain(console);
    return fits;
}

bool has_stalled(const Output& output) {
    return !output.waiting.is_empty() && Clock::now() - output.moved >= patience;
}

// Waits until the port has taken everything, or has stalled: then it may still do so later.
void flush(const Console& console) {
    static constinit int looks_left = looks_without_clock;
    (void)drain(console);
    while (!console.output->waiting.is_empty() && !has_stalled(*console.output)) {
        if (!Clock::is_running() && looks_left-- <= 0)
            return;
        x86::pause();
        (void)drain(console);
    }
}

} // namespace

void initialise_consoles() {
    for (const Console& console : consoles)
        console.uart.initialise();
}

bool write_console(ConsoleNumber console, std::string_view text) {
    return write_whole(console_of(console), {}, text, 0);
}

bool write_stream(ConsoleNumber console, Stream stream, std::string_view text) {
    const Console& port = console_of(console);
    std::array<char, 32> space{};
    std::string_view header{};
    if (text.empty())
        return true;
    if (!port.is_terminal)
        header = format_to(space, "%s %zu\n", stream == Stream::error ? "err" : "out", text.size());
    return write_whole(port, header, text, kept_for_kernel);
}

void write_control_ready() { (void)write_console(ConsoleNumber::control, "ready\n"); }

void write_control_end(std::uint32_t status) {
    std::array<char, 32> line{};
    (void)write_console(ConsoleNumber::control, format_to(line, "end %u\n", status));
}

bool drain_consoles() {
    bool is_flowing = false;
    for (const Console& console : consoles)
        is_flowing = (drain(console) && !console.output->waiting.is_empty()) || is_flowing;
    return is_flowing;
}

bool is_stalled(ConsoleNumber console) { return has_stalled(*console_of(console).output); }

void write_patiently(std::string_view text) {
    constexpr std::size_t piece = 1024;
    const Console& terminal = console_of(ConsoleNumber::terminal);
    for (flush(terminal); !text.empty(); flush(terminal)) {
        append(terminal, text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
    }
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
    (void)write_stream(process.mkernel.console, Stream::error,
                       format_to(with_newline, "%.*s\n", TEXT(sink.text())));
}

} // namespace ant
