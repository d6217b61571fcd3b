// SPDX-License-Identifier: GPL-2.0-only
// What processes are told about AnT.
#pragma once

#include <cstdint>

#include "ant/core/process.h"

namespace ant::mkernel {

// process.request has the system call's number and its arguments; its result.
std::int32_t tell_information(Process& process);

} // namespace ant::mkernel
