// SPDX-License-Identifier: GPL-2.0-only
// In place of the kernel's header of this name: the ports of the played machine, which has the two
// UARTs of AnT's consoles (machine.h).
#pragma once

#include <cstdint>

namespace ant::x86 {

class IoPort {
public:
    constexpr explicit IoPort(std::uint16_t number) : number_(number) {}
    constexpr IoPort operator+(std::uint16_t offset) const {
        return IoPort{static_cast<std::uint16_t>(number_ + offset)};
    }
    void write(std::uint8_t value) const;
    std::uint8_t read() const;

private:
    std::uint16_t number_;
};

} // namespace ant::x86
