// SPDX-License-Identifier: GPL-2.0-only
// What the rest of the kernel asks of the m-kernel. Everything that changes something runs on the
// m-kernel's core only, so memory and process management need no lock.
#pragma once

#include <span>

#include "ant/abi/syscall.h"
#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/pci.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {
struct Core;
struct Process;
} // namespace ant

namespace ant::mkernel {

// ---- From any core.
std::span<const x86::PciDevice> devices();
ant_memory_info memory_information();

// ---- On the m-kernel's core.
// The process was killed while Linux works for it. For all others it has ended; its memory stays
// until Linux has answered.
void process_gone(Process& process);
// The process has left its core: frees all it had.
void process_ended(Process& process);
// A zeroed page of the process's stack. ENOMEM.
Result<void> add_stack_page(Process& process, VirtualAddress page);
// Takes what came in on the consoles, and sends what waits for them.
void poll_consoles();
Nanoseconds next_console_poll();

} // namespace ant::mkernel
