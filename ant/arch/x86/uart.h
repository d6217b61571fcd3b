// SPDX-License-Identifier: GPL-2.0-only
// A serial port (8250/16550A), polled: AnT owns no IO-APIC entry that could bring its interrupts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ant/arch/x86/io_port.h"

namespace ant::x86 {

class Uart {
public:
    constexpr explicit Uart(IoPort base) : base_(base) {}

    // 115200 baud, 8 bits, no parity, FIFOs on, interrupts off.
    void initialise() const;
    void write(std::span<const std::byte> bytes);
    std::optional<std::byte> read() const;

private:
    enum class Register : std::uint16_t {
        data = 0,             // and the divisor's low byte while DLAB is set
        interrupt_enable = 1, // and its high byte
        fifo_control = 2,
        line_control = 3,
        modem_control = 4,
        line_status = 5,
    };
    void write_register(Register which, std::uint8_t value) const {
        (base_ + static_cast<std::uint16_t>(which)).write(value);
    }
    std::uint8_t read_register(Register which) const {
        return (base_ + static_cast<std::uint16_t>(which)).read();
    }

    bool can_take_bytes() const;
    bool wait_for_transmitter() const;

    IoPort base_;
    bool is_stalled_ = false;
};

} // namespace ant::x86
