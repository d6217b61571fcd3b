// SPDX-License-Identifier: GPL-2.0-only
// What people and the testbed type. On the terminal it is the console server's; what is here for
// it is the simple way of the control channel, and of a terminal without a server: the bytes are
// kept until a process reads them, and Ctrl-C ends the owner. On the m-kernel's core.
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
