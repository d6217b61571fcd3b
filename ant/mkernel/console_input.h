// SPDX-License-Identifier: GPL-2.0-only
// What people and the testbed type: kept until a process reads it; Ctrl-C. On the m-kernel's core.
#pragma once

#include <cstdint>

#include "kernel/process.h"

namespace ant::mkernel {

// console_read(): answers when there is at least one byte.
void read_console(Process& process);
// A killed process reads no more.
void cancel_console_read(Process& process);

// Whom Ctrl-C on the process's console ends; 0 for nobody. ESRCH.
Result<void> set_console_owner(Process& process, ProcessNumber owner);
// The process has ended: it owns no console any more.
void release_console(const Process& process);

} // namespace ant::mkernel
