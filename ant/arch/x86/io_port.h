// SPDX-License-Identifier: GPL-2.0-only
// Port input and output. Only the UARTs and the debug exit are reached this way.
#pragma once

#include <cstdint>

namespace ant::x86 {

class IoPort {
public:
    constexpr explicit IoPort(std::uint16_t number) : number_(number) {}
    constexpr IoPort operator+(std::uint16_t offset) const {
        return IoPort{static_cast<std::uint16_t>(number_ + offset)};
    }

    void write(std::uint8_t value) const {
        asm volatile("outb %0, %1" : : "a"(value), "Nd"(number_) : "memory");
    }
    std::uint8_t read() const {
        std::uint8_t value = 0;
        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(number_) : "memory");
        return value;
    }

private:
    std::uint16_t number_;
};

} // namespace ant::x86
