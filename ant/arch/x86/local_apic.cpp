// SPDX-License-Identifier: GPL-2.0-only
// Local APIC: switching it on and sending inter-processor interrupts.
#include "ant/arch/x86/local_apic.h"

#include "ant/arch/x86/processor.h"
#include "ant/base/assert.h"

namespace ant::x86 {

namespace {

constexpr std::uint64_t base_enabled = 1u << 11;
constexpr std::uint64_t base_x2apic = 1u << 10;
constexpr std::uint32_t software_enable = 1u << 8;
constexpr std::uint32_t masked = 1u << 16;
constexpr std::uint32_t divide_by_1 = 0b1011;

} // namespace

void LocalApic::enable(Vector timer, Vector spurious) {
    const std::uint64_t state = read_msr(ModelSpecificRegister::apic_base);
    if ((state & base_enabled) == 0 || (state & base_x2apic) != 0 || (state & 0xffff'f000) != base)
        panic("local APIC is off, moved or in x2APIC mode (IA32_APIC_BASE = 0x%llx)",
              static_cast<unsigned long long>(state));

    write(Register::spurious, software_enable | spurious.value());
    write(Register::task_priority, 0);
    // No logical destination matches this core, whatever the other OS broadcasts.
    write(Register::logical_destination, 0);
    // LINT0 is the PIC and LINT1 the board's NMI line: both are Linux's.
    write(Register::lint0, masked);
    write(Register::lint1, masked);
    write(Register::error, masked);
    write(Register::thermal, masked);
    write(Register::performance_counter, masked);
    write(Register::timer_divide, divide_by_1);
    write(Register::timer_initial_count, 0);
    write(Register::timer, timer.value()); // one-shot mode is 0
    write(Register::error_status, 0);
    end_of_interrupt();
}

void LocalApic::send_command(CoreNumber to, std::uint32_t command) {
    // The previous one must have left; it takes some bus cycles at most.
    while ((read(Register::command_low) & command_pending) != 0)
        pause();
    write(Register::command_high, to.value() << 24);
    write(Register::command_low, command); // this write sends it
}

} // namespace ant::x86
