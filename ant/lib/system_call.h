// SPDX-License-Identifier: GPL-2.0-only
// The one door into AnT's kernel (ant/abi/syscall.h). Unit tests put a fake
// kernel behind it and run libant and whole programs on the host.
#ifndef ANT_LIB_SYSTEM_CALL_H
#define ANT_LIB_SYSTEM_CALL_H

#include <ant/base/system_call.h>
#include <ant/lib/errno.h>

namespace ant {

/// Enters the kernel with a call's number and its first three words. Returns its result.
[[nodiscard]] intptr_t enter_kernel(SystemCall number, CallWord first, CallWord second,
                                    CallWord third);

/// Makes a call of the table, with the arguments that stand there. Returns its
/// result; -4095..-1 is minus an errno.
template<SystemCall Number, typename... Arguments>
[[nodiscard]] intptr_t system_call(Arguments... arguments) {
    static_assert(Call<Number>::size <= 3, "more words than registers");
    const CallWords words = Call<Number>::words(arguments...);
    return enter_kernel(Number, words[0], words[1], words[2]);
}

/// The same for a call whose result is an int: -1 and last_error for an error.
template<SystemCall Number, typename... Arguments>
[[nodiscard]] int posix_call(Arguments... arguments) {
    return static_cast<int>(posix_result(system_call<Number>(arguments...)));
}

/// A process's number as programs have it, which is an int as in POSIX.
constexpr ProcessNumber process_number(int process) {
    return ProcessNumber{static_cast<uint32_t>(process)};
}

/// An address as a number.
inline uintptr_t address_of(const volatile void* pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

/// True for minus an errno. Results are addresses too, so "below zero" is not
/// the test: only the last page of the address space means an error.
constexpr bool is_error(intptr_t result) { return result >= -4095 && result <= -1; }

} // namespace ant

#endif
