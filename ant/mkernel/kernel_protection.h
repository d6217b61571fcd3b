// SPDX-License-Identifier: GPL-2.0-only
// What of the kernel's memory is no plain data: code, constants, and the guard pages of its stacks.
#pragma once

#include <cstdint>

#include "ant/base/format.h"
#include "ant/base/result.h"
#include "ant/core/image.h"
#include "ant/mkernel/memory.h"

namespace ant::mkernel {

// The m-kernel's image, and all stacks. `kernel` maps the region, for writing. ENOMEM.
Result<void> protect_kernel(Space& kernel);

// The p-kernel's image, once it is loaded. ENOMEM.
Result<void> protect_pkernel(const KernelImage& image);

// Whose stack has its guard page there, for people; false: there is none.
bool print_overrun_stack(Sink& out, std::uint32_t address);

} // namespace ant::mkernel
