// SPDX-License-Identifier: GPL-2.0-only
// Linux's system calls without the C library, for what a proxy does on the way of a call.
//
// A new proxy has none of the program's pages: each 64 KiB of code that it touches is a page fault
// in the middle of an AnT process's first call. The C library lies in pages of its own, and its
// fork() writes to memory of its own besides, for programs with threads. This lies in the pages of
// whoever calls it.
#pragma once

#include <sys/syscall.h>

#include <cstdint>
#include <type_traits>

#include "userland/common/errno.h"

namespace antlinux {

template<typename Word> long as_long(Word word) {
    if constexpr (std::is_pointer_v<Word>)
        return reinterpret_cast<std::intptr_t>(word);
    else
        return static_cast<long>(word);
}

/// A system call by its number (<sys/syscall.h>) with up to six integers or pointers; what it
/// returns, or its errno.
template<typename... Words> Result<long> system_call(long call, Words... words) {
    static_assert(sizeof...(Words) <= 6);
    const long all[6] = {as_long(words)...};
    // System V ABI for x86-64, A.2.1: the registers of the arguments, and those that are lost.
    register long fourth asm("r10") = all[3];
    register long fifth asm("r8") = all[4];
    register long sixth asm("r9") = all[5];
    long result = call;
    asm volatile("syscall"
                 : "+a"(result)
                 : "D"(all[0]), "S"(all[1]), "d"(all[2]), "r"(fourth), "r"(fifth), "r"(sixth)
                 : "rcx", "r11", "memory");
    constexpr long last_errno = 4095;
    if (result < 0 && result >= -last_errno)
        return Errno{static_cast<int>(-result)};
    return result;
}

/// fork(2) itself: 0 in the new process.
inline Result<long> fork_process() { return system_call(SYS_fork); }

} // namespace antlinux
