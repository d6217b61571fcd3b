// SPDX-License-Identifier: GPL-2.0-only
// The one door into AnT's kernel (ant/abi/syscall.h). Unit tests put a fake
// kernel behind it and run libant and whole programs on the host.
#ifndef ANT_LIB_SYSTEM_CALL_H
#define ANT_LIB_SYSTEM_CALL_H

#include <ant/abi/syscall.h>
#include <cstdint>

namespace ant {

/// Calls the kernel. Returns its result; -4095..-1 is minus an errno.
/// Arguments a call does not have are ignored by the kernel.
[[nodiscard]] intptr_t system_call(ant_syscall number, uintptr_t first = 0, uintptr_t second = 0,
                                   uintptr_t third = 0);

/// An address as a system call's argument.
inline uintptr_t address_of(const volatile void* pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

/// True for minus an errno. Results are addresses too, so "below zero" is not
/// the test: only the last page of the address space means an error.
constexpr bool is_error(intptr_t result) { return result >= -4095 && result <= -1; }

} // namespace ant

#endif
