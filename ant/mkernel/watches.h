// SPDX-License-Identifier: GPL-2.0-only
// Who is told when a process ends, and which process is the server of names.
#pragma once

#include "ant/base/result.h"
#include "ant/core/process.h"

namespace ant::mkernel {

// EBUSY: there is one.
Result<void> serve_names(const Process& process);

// The process has ended: tells who watches it, and forgets what it watches.
void end_watches(ProcessNumber ended);

} // namespace ant::mkernel
