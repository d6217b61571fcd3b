// SPDX-License-Identifier: GPL-2.0-only
// Interrupt descriptor table (SDM vol. 3, 6.11).
#include "ant/arch/x86/interrupt_table.h"

#include <array>
#include <cstddef>

#include "ant/arch/x86/selectors.h"
#include "ant/arch/x86/trap_frame.h"

namespace ant::x86 {

namespace {

constexpr std::size_t vectors = 256;
constexpr std::size_t stub_size = 16;

constexpr std::uint32_t present = 0x8000;
constexpr std::uint32_t interrupt_gate = 0x0e00; // interrupts are off inside
constexpr std::uint32_t task_gate = 0x0500;
constexpr std::uint32_t callable_by_user = 0x6000; // by INT n

// Written by the m-kernel before the other cores start, then only read.
alignas(8) constinit std::array<std::uint64_t, vectors> table{};

constexpr std::uint64_t gate(std::uint32_t address, std::uint32_t selector, std::uint32_t type) {
    const std::uint32_t low = (selector << 16) | (address & 0xffff);
    const std::uint32_t high = (address & 0xffff'0000) | present | type;
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

struct [[gnu::packed]] TablePointer {
    std::uint16_t limit;
    std::uint32_t base;
};

} // namespace

void build_interrupt_table() {
    const auto stubs = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(trap_stubs));
    for (std::size_t i = 0; i < vectors; ++i)
        table[i] = gate(stubs + static_cast<std::uint32_t>(i * stub_size), KERNEL_CODE_SELECTOR,
                        interrupt_gate);

    table[system_call_vector.value()] |= static_cast<std::uint64_t>(callable_by_user) << 32;
    table[static_cast<std::size_t>(Exception::breakpoint)] |=
        static_cast<std::uint64_t>(callable_by_user) << 32;
    // A double fault may mean that there is no stack: its handler is a task with its own.
    table[static_cast<std::size_t>(Exception::double_fault)] =
        gate(0, DOUBLE_FAULT_TASK_SELECTOR, task_gate);
}

void load_interrupt_table() {
    const TablePointer pointer{
        sizeof(table) - 1,
        static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(table.data()))};
    asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

} // namespace ant::x86
