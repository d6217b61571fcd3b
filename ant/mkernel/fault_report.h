// SPDX-License-Identifier: GPL-2.0-only
// An exception of a process, in one line for people.
#pragma once

#include <cstdint>

#include "ant/core/process.h"

namespace ant::mkernel {

// process.request has what happened. The status that the process ends with: the one a Unix shell
// shows for the signal.
std::int32_t report_fault(const Process& process);

} // namespace ant::mkernel
