// SPDX-License-Identifier: GPL-2.0-only
// Single processor instructions with a C++ name: control registers, interrupts, clock, waiting.
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

// Linear address of the last page fault.
inline std::uint32_t read_cr2() {
    std::uint32_t value = 0;
    asm volatile("movl %%cr2, %0" : "=r"(value));
    return value;
}

// The page directory in use.
inline PhysicalAddress read_cr3() {
    std::uint32_t value = 0;
    asm volatile("movl %%cr3, %0" : "=r"(value));
    return PhysicalAddress{value};
}

// Also empties the TLB, which is how a changed entry takes effect.
inline void write_cr3(PhysicalAddress page_directory) {
    asm volatile("movl %0, %%cr3" : : "r"(page_directory.value()) : "memory");
}

inline void flush_tlb() { write_cr3(read_cr3()); }

// Drops this core's memory of one page, large or small (SDM vol. 3, 4.10.4.1).
inline void invalidate_page(VirtualAddress page) {
    asm volatile("invlpg (%0)" : : "r"(page.value()) : "memory");
}

// The first word of the segment that %gs names, where each core has its own data (segments.h): the
// data's address. `changes_with` is not read: it tells the compiler that the answer may change
// where memory does, so that it does not ask before %gs is loaded.
template<typename Data> Data* core_data(Data* const& changes_with) {
    Data* data = nullptr;
    asm("movl %%gs:0, %0" : "=r"(data) : "m"(changes_with));
    return data;
}

inline std::uint64_t read_time_stamp_counter() {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

// Tells the processor (and QEMU, which then runs another core) that this is a wait loop.
inline void pause() { asm volatile("pause" : : : "memory"); }

inline void disable_interrupts() { asm volatile("cli" : : : "memory"); }

// Sleeps until the next interrupt and has handled it when it returns. STI takes effect after the
// following instruction, so no interrupt can slip in between the caller's last look and HLT.
inline void wait_for_interrupt() { asm volatile("sti; hlt; cli" : : : "memory"); }

// Lets pending interrupts in, once.
inline void take_pending_interrupts() { asm volatile("sti; nop; cli" : : : "memory"); }

// The end: nothing but an NMI or a reset gets the core out of it, and both lead back here.
[[noreturn]] inline void halt_for_ever() {
    while (true)
        asm volatile("cli; hlt" : : : "memory");
}

// Model-specific registers (SDM vol. 4).
enum class ModelSpecificRegister : std::uint32_t {
    apic_base = 0x1b,
};

inline std::uint64_t read_msr(ModelSpecificRegister which) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(static_cast<std::uint32_t>(which)));
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

} // namespace ant::x86
