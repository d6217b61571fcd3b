// SPDX-License-Identifier: GPL-2.0-only
// selftest=NAME on the command line.
#pragma once

#include <string_view>

namespace ant::mkernel {

// all: tests the running kernel, says each result on the terminal, numbered, and goes on with
// start_init(script).
// panic: a failed check; fault: a page fault in the kernel; stack: a kernel stack without end:
// pkernel: a p-kernel's panic: to see that it says so. Any other name is refused with a panic, too.
void run_selftest(std::string_view name, std::string_view script);

} // namespace ant::mkernel
