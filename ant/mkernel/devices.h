// SPDX-License-Identifier: GPL-2.0-only
// PCI devices of AnT's and the processes that drive them. On the m-kernel's core only.
#pragma once

#include <cstdint>

#include "ant/base/result.h"
#include "ant/core/process.h"
#include "ant/mkernel/command_line.h"

namespace ant::mkernel {

// Once, at the start: looks for the devices that AnT owns, and makes them quiet.
void find_devices(PhysicalAddress ecam, const PciIdList& owned);

// Who drives it; 0: nobody.
ProcessNumber driver_of(std::uint32_t device);

} // namespace ant::mkernel
