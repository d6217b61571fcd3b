// SPDX-License-Identifier: GPL-2.0-only
// `int $0x40`: number in %eax, arguments in %ebx %ecx %edx, result in %eax.
#include <ant/lib/system_call.h>

namespace ant {

intptr_t enter_kernel(SystemCall number, CallWord first, CallWord second, CallWord third) {
    intptr_t result = 0;
    // "memory": the kernel reads and writes what the arguments point to.
    asm volatile("int %[vector]"
                 : "=a"(result)
                 : [vector] "i"(ANT_SYSCALL_VECTOR), "a"(number), "b"(first), "c"(second),
                   "d"(third)
                 : "memory");
    return result;
}

} // namespace ant
