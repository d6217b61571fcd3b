// SPDX-License-Identifier: GPL-2.0-only
// A system call whose result is an int, with errors as POSIX reports them.
#ifndef ANT_LIB_POSIX_CALL_H
#define ANT_LIB_POSIX_CALL_H

#include <ant/lib/errno.h>
#include <ant/lib/system_call.h>

namespace ant {

/// Calls the kernel. Returns its result, or -1 with last_error set.
inline int posix_call(ant_syscall number, uintptr_t first = 0, uintptr_t second = 0,
                      uintptr_t third = 0) {
    return static_cast<int>(posix_result(system_call(number, first, second, third)));
}

} // namespace ant

#endif
