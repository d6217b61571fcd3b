// SPDX-License-Identifier: GPL-2.0-only
// Serial port, polled.
#include "ant/arch/x86/uart.h"

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/processor.h"

namespace ant::x86 {

namespace {

constexpr std::uint8_t line_8n1 = 0x03;
constexpr std::uint8_t line_divisor_access = 0x80;
constexpr std::uint8_t fifo_enable_and_clear = 0x07;
// How full the receiver's FIFO is before it interrupts. No interrupt is wanted; but QEMU goes by it
// as well, and with a lower one hands over a byte at a time, so that a line would take seconds.
constexpr std::uint8_t fifo_trigger_14_bytes = 0xc0;
constexpr std::uint8_t modem_dtr_rts = 0x03;
constexpr std::uint8_t status_data_ready = 0x01;
constexpr std::uint8_t status_transmitter_empty = 0x20;
constexpr std::uint8_t divisor_115200 = 1;

// What the 16550A takes in one go once its transmitter is empty.
constexpr std::size_t fifo_bytes = 16;

// How long a busy transmitter is looked at: whoever reads at the other end of QEMU's serial port
// may be slow, and what is written to a full transmitter is lost. A port that nobody drains must
// not stop the kernel either: after that long the bytes are given up, and until the transmitter
// moves again the next ones soon are. A look may take a microsecond or, where a hypervisor runs in
// another one, fifty: so the time is what counts, once there is a clock.
constexpr Nanoseconds patience = milliseconds(2'000);
constexpr int looks_without_clock = 4'000'000;
constexpr int looks_when_stalled = 1'000;

} // namespace

void Uart::initialise() const {
    write_register(Register::interrupt_enable, 0);
    write_register(Register::line_control, line_divisor_access);
    write_register(Register::data, divisor_115200);
    write_register(Register::interrupt_enable, 0);
    write_register(Register::line_control, line_8n1);
    write_register(Register::fifo_control, fifo_enable_and_clear | fifo_trigger_14_bytes);
    write_register(Register::modem_control, modem_dtr_rts);
}

bool Uart::can_take_bytes() const {
    return (read_register(Register::line_status) & status_transmitter_empty) != 0;
}

bool Uart::wait_for_transmitter() const {
    for (int i = 0; i < looks_when_stalled; ++i) {
        if (can_take_bytes())
            return true;
        pause();
    }
    if (is_stalled_)
        return false;
    const bool has_clock = Clock::is_running();
    const Nanoseconds end = Clock::now() + patience;
    for (int i = 0; has_clock ? Clock::now() < end : i < looks_without_clock; ++i) {
        if (can_take_bytes())
            return true;
        pause();
    }
    return false;
}

void Uart::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const std::size_t burst = bytes.size() < fifo_bytes ? bytes.size() : fifo_bytes;
        is_stalled_ = !wait_for_transmitter();
        if (!is_stalled_)
            for (std::byte byte : bytes.first(burst))
                write_register(Register::data, std::to_integer<std::uint8_t>(byte));
        bytes = bytes.subspan(burst);
    }
}

std::optional<std::byte> Uart::read() const {
    const std::uint8_t status = read_register(Register::line_status);
    // A port that does not exist reads as all ones.
    if ((status & status_data_ready) == 0 || status == 0xff)
        return std::nullopt;
    return std::byte{read_register(Register::data)};
}

} // namespace ant::x86
