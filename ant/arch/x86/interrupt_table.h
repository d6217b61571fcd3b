// SPDX-License-Identifier: GPL-2.0-only
// The interrupt descriptor table, one for all cores, and the vectors AnT uses.
#pragma once

#include <cstdint>

#include "ant/abi/syscall.h"
#include "ant/base/address.h"

namespace ant::x86 {

// Exceptions (SDM vol. 3, table 6-1).
enum class Exception : std::uint32_t {
    divide_error = 0,
    debug = 1,
    nmi = 2,
    breakpoint = 3,
    overflow = 4,
    bound = 5,
    invalid_opcode = 6,
    device_not_available = 7,
    double_fault = 8,
    invalid_task_state = 10,
    segment_not_present = 11,
    stack_fault = 12,
    general_protection = 13,
    page_fault = 14,
    x87_error = 16,
    alignment_check = 17,
    machine_check = 18,
    simd_error = 19,
};
inline constexpr std::uint32_t exception_vectors = 32;

// Bits of a page fault's error code (SDM vol. 3, figure 4-12).
inline constexpr std::uint32_t page_fault_protection = 1; // the page is there, its rights forbid it
inline constexpr std::uint32_t page_fault_write = 2;
inline constexpr std::uint32_t page_fault_user = 4;
inline constexpr std::uint32_t page_fault_fetch = 16; // of an instruction

constexpr const char* page_fault_access(std::uint32_t error_code) {
    if ((error_code & page_fault_fetch) != 0)
        return "execution of";
    return (error_code & page_fault_write) != 0 ? "write to" : "read of";
}

inline constexpr Vector system_call_vector{ANT_SYSCALL_VECTOR};
inline constexpr Vector message_vector{0x50};      // another AnT core put a message into the inbox
inline constexpr Vector linux_result_vector{0x51}; // Linux put a result into the table
inline constexpr Vector timer_vector{0x52};
inline constexpr Vector first_device_vector{0x60}; // one for each PCI device of AnT's
inline constexpr std::uint32_t device_vectors = 16;
inline constexpr Vector spurious_vector{0xff}; // its four lowest bits must be set on old processors

// Fills the table, once, before any core loads it.
void build_interrupt_table();
// Makes this core use it.
void load_interrupt_table();

} // namespace ant::x86
