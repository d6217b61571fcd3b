// SPDX-License-Identifier: GPL-2.0-only
// The end of a process, on its own core.
#pragma once

#include <cstdint>

#include "ant/arch/x86/trap_frame.h"
#include "ant/base/address.h"
#include "ant/core/process.h"

namespace ant {

// Takes the process's LCAs back from Linux, which may take the time of one call, then leaves the
// core to others; the m-kernel frees what it had.
[[noreturn]] void end_current_process(std::uint32_t status);

// A killed process has to wait for Linux: for everybody else it has ended now.
void report_gone(Process& process);

// An exception in user mode: the m-kernel prints one line for people; the status is the one a Unix
// shell shows for the signal. The address is that of a page fault.
[[noreturn]] void end_faulted_process(const x86::TrapFrame& frame, VirtualAddress fault);

} // namespace ant
