// SPDX-License-Identifier: GPL-2.0-only
// The end of AnT: panic() is declared in kernel/assert.h, here is what else leads to it.
#pragma once

#include <cstdint>
#include <optional>

#include "arch/x86/segments.h"
#include "arch/x86/trap_frame.h"

namespace ant {

// The port of QEMU's isa-debug-exit device, when the command line gave it.
void set_debug_exit_port(std::uint16_t port);

// An exception in the kernel.
[[noreturn]] void panic_on_exception(const x86::TrapFrame& frame);
[[noreturn]] void panic_on_double_fault(const x86::TaskState& task);

} // namespace ant
