// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver's place in the kernel.
#pragma once

#include <cstdint>

#include "ant/linux/driver.h"

namespace ant {

extern LinuxDriver linux_driver;

// The system calls of the current process. linux_call() returns 0 or minus an errno when the call
// is over; release_ica() when no proxy of Linux uses the area any more.
std::int32_t linux_call(std::uint32_t lca_address);
void release_ica(PhysicalRange area);
// The end of the current process: Linux touches none of its memory any more.
void take_everything_back();

} // namespace ant
