// SPDX-License-Identifier: GPL-2.0-only
// System calls: the table of ant/abi/syscall.h.
#pragma once

#include <cstdint>

#include "ant/arch/x86/trap_frame.h"
#include "ant/base/system_call.h"

namespace ant {

// Executes the call in the frame's registers for the current process; what goes into %eax.
std::int32_t system_call(const x86::TrapFrame& frame);

// The functions of the calls that the current process's core serves, with the same result.
namespace calls {
#define ANT_DECLARE(name, purpose, ...) std::int32_t name(__VA_ARGS__);
#define ANT_NOT_HERE(...)
ANT_SYSTEM_CALLS(ANT_DECLARE, ANT_NOT_HERE, ANT_DECLARE, ANT_NOT_HERE)
#undef ANT_DECLARE
#undef ANT_NOT_HERE
} // namespace calls

} // namespace ant
