// SPDX-License-Identifier: GPL-2.0-only
// System calls: the table of ant/abi/syscall.h.
#pragma once

#include <cstdint>

#include "ant/arch/x86/trap_frame.h"

namespace ant {

// Executes the call in the frame's registers for the current process; what goes into %eax.
std::int32_t system_call(const x86::TrapFrame& frame);

// The arguments: %ebx %ecx %edx.
struct SystemCallArguments {
    std::uint32_t a, b, c;
};

using SystemCall = std::int32_t (*)(const SystemCallArguments&);

} // namespace ant
