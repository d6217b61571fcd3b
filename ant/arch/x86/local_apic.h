// SPDX-License-Identifier: GPL-2.0-only
// The local APIC of the core that executes the call: interrupts, IPIs, timer (SDM vol. 3, ch. 11).
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

class LocalApic final {
public:
    // The registers of every core's APIC lie at this same address: each core sees its own.
    static constexpr std::uint32_t base = 0xfee0'0000;

    LocalApic() = delete;

    // The number of this core.
    static CoreNumber core() { return CoreNumber{read(Register::id) >> 24}; }

    // Accepts interrupts; only the timer's local vector table entry is used, one shot at a time.
    // Panics when the APIC is off or in x2APIC mode, where these registers do not exist.
    static void enable(Vector timer, Vector spurious);

    static void end_of_interrupt() { write(Register::end_of_interrupt, 0); }
    // An interrupt of this vector was taken and has had no end_of_interrupt() yet.
    static bool is_in_service(Vector vector) {
        // Eight registers of 32 bits, each in 16 bytes.
        const std::uint32_t offset = vector.value() / 32 * 16;
        const auto which = Register{static_cast<std::uint32_t>(Register::in_service) + offset};
        return (read(which) >> (vector.value() % 32) & 1) != 0;
    }

    // One interrupt after `ticks` of the timer's input clock; 0 stops it.
    static void start_timer(std::uint32_t ticks) { write(Register::timer_initial_count, ticks); }
    static std::uint32_t timer_ticks_left() { return read(Register::timer_current_count); }

    // Inter-processor interrupts: always to one core by its physical number. A shorthand or a
    // logical destination would reach the other OS's cores too.
    static void send(CoreNumber to, Vector vector) {
        send_command(to, static_cast<std::uint32_t>(vector.value()) | mode_fixed);
    }
    static void send_nmi(CoreNumber to) { send_command(to, mode_nmi); }
    static void send_init(CoreNumber to) { send_command(to, mode_init); }
    // The core begins in real mode with the first instruction of that page below 1 MiB.
    static void send_startup(CoreNumber to, PhysicalAddress page) {
        send_command(to, mode_startup | (page.value() >> 12));
    }

private:
    enum class Register : std::uint32_t {
        id = 0x020,
        task_priority = 0x080,
        end_of_interrupt = 0x0b0,
        logical_destination = 0x0d0,
        spurious = 0x0f0,
        in_service = 0x100,
        error_status = 0x280,
        command_low = 0x300,
        command_high = 0x310,
        timer = 0x320,
        thermal = 0x330,
        performance_counter = 0x340,
        lint0 = 0x350,
        lint1 = 0x360,
        error = 0x370,
        timer_initial_count = 0x380,
        timer_current_count = 0x390,
        timer_divide = 0x3e0,
    };

    static constexpr std::uint32_t mode_fixed = 0x0000'4000; // level "assert" in all of them
    static constexpr std::uint32_t mode_nmi = 0x0000'4400;
    static constexpr std::uint32_t mode_init = 0x0000'4500;
    static constexpr std::uint32_t mode_startup = 0x0000'4600;
    static constexpr std::uint32_t command_pending = 0x0000'1000;

    static volatile std::uint32_t* address(Register which) {
        return reinterpret_cast<volatile std::uint32_t*>(base + static_cast<std::uint32_t>(which));
    }
    static std::uint32_t read(Register which) { return *address(which); }
    static void write(Register which, std::uint32_t value) { *address(which) = value; }

    static void send_command(CoreNumber to, std::uint32_t command);
};

} // namespace ant::x86
