// SPDX-License-Identifier: GPL-2.0-only
// What the stubs in entry.S leave on the kernel stack, and the functions they call or offer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ant/arch/x86/selectors.h"

namespace ant::x86 {

struct TrapFrame {
    // PUSHA's order; esp_of_pusha is of no use.
    std::uint32_t edi, esi, ebp, esp_of_pusha, ebx, edx, ecx, eax;
    std::uint32_t vector;
    std::uint32_t error_code; // 0 where the exception has none
    // Pushed by the processor; the last two only when it came from user mode.
    std::uint32_t eip, cs, eflags;
    std::uint32_t user_esp, user_ss;

    static constexpr std::uint32_t interrupt_flag = 1u << 9;
    bool from_user() const { return (cs & 3) == 3; }
    bool interrupts_were_on() const { return (eflags & interrupt_flag) != 0; }
    std::uint32_t esp() const {
        return from_user()
                   ? user_esp
                   : static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&user_esp));
    }
};
static_assert(offsetof(TrapFrame, vector) == 32);
static_assert(offsetof(TrapFrame, cs) == 44);
static_assert(sizeof(TrapFrame) == 60);

extern "C" {

// The stubs, one for each of the 256 vectors, 16 bytes each.
extern const std::byte trap_stubs[];

// Every exception, interrupt and system call; core/trap.cpp.
void trap_entry(TrapFrame* frame);

// The double fault's own task, on a stack of its own; core/trap.cpp.
[[noreturn]] void double_fault_entry();

// Stores the kernel context in *save and goes on with the one that was stored as `load`.
void switch_context(std::uint32_t* save, std::uint32_t load);

// The first kernel context of a process returns here: calls process_first_run() and leaves for user
// mode by the TrapFrame above it on the stack.
void process_start();
void process_first_run(); // core/scheduler.cpp
}

// What switch_context() keeps on the stack.
struct SwitchFrame {
    std::uint32_t edi, esi, ebx, ebp;
    std::uint32_t return_address;
};

} // namespace ant::x86
