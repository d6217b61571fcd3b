// SPDX-License-Identifier: GPL-2.0-only
// Starting the p-kernels.
#pragma once

#include <cstdint>

#include "ant/base/address.h"
#include "ant/mkernel/command_line.h"

namespace ant::mkernel {

// This core counts as running from here on.
void add_mkernel_core(CoreNumber core);

// Starts the other cores of the list one after the other. One that does not come is left out.
void start_pkernels(const CoreList& list, PhysicalAddress start_page);

// Bit n: core n runs.
std::uint32_t running_cores_mask();

} // namespace ant::mkernel
