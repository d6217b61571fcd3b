// SPDX-License-Identifier: GPL-2.0-only
// selftest=NAME on the command line: breaks the kernel on purpose, to see that it says so.
#pragma once

#include <string_view>

namespace ant::mkernel {

// panic: a failed check; fault: a page fault in the kernel; stack: a kernel stack without end.
// Any other name is refused with a panic, too.
[[noreturn]] void run_selftest(std::string_view name);

} // namespace ant::mkernel
