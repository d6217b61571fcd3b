// SPDX-License-Identifier: GPL-2.0-only
// Where a failed ASSERT (ant/base/assert.h) ends in a program: its message, then an
// invalid-opcode fault that the kernel reports.
#include <ant/base/assert.h>
#include <ant/lib/stdio.h>

namespace ant {

void panic(const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    vdprintf(standard_error, format, arguments);
    va_end(arguments);
    dprintf(standard_error, "\n");
    __builtin_trap();
}

} // namespace ant
