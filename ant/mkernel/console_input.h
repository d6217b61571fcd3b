// SPDX-License-Identifier: GPL-2.0-only
// What people and the testbed type. The console server takes the terminal's input. The control
// channel, and a terminal without a server, have the simple way that is here: the bytes are kept
// until a process reads them, and Ctrl-C ends the owner. On the m-kernel's core.
#pragma once

#include <cstdint>

#include "ant/core/process.h"

namespace ant::mkernel {

// A killed process reads no more.
void cancel_console_read(Process& process);

// The process serves the terminal from now on. EBUSY: another one does.
Result<void> serve_console(Process& process);

// The process has ended: it owns and serves no console any more.
void release_console(const Process& process);

} // namespace ant::mkernel
