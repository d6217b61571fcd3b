// SPDX-License-Identifier: GPL-2.0-only
// A serial port (8250/16550A), polled: AnT owns no IO-APIC entry that could bring its interrupts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ant/arch/x86/io_port.h"

namespace ant::x86 {

class Uart {
public:
    constexpr explicit Uart(IoPort base) : base_(base) {}

    // 115200 baud, 8 bits, no parity, FIFOs on, interrupts off.
    void initialise() const;
    // The transmitter is empty, so that this many bytes may be written; what is written to a full
    // one is lost.
    static constexpr int burst = 16;
    bool takes_burst() const;
    void write(std::byte byte) const;
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

    IoPort base_;
};

} // namespace ant::x86
