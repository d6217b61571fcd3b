// SPDX-License-Identifier: GPL-2.0-only
// Serial port, polled.
#include "ant/arch/x86/uart.h"

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

bool Uart::takes_burst() const {
    return (read_register(Register::line_status) & status_transmitter_empty) != 0;
}

void Uart::write(std::byte byte) const {
    write_register(Register::data, std::to_integer<std::uint8_t>(byte));
}

std::optional<std::byte> Uart::read() const {
    const std::uint8_t status = read_register(Register::line_status);
    // A port that does not exist reads as all ones.
    if ((status & status_data_ready) == 0 || status == 0xff)
        return std::nullopt;
    return std::byte{read_register(Register::data)};
}

} // namespace ant::x86
