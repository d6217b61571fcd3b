// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver's place in the kernel.
#pragma once

#include "ant/linux/driver.h"

namespace ant {

extern LinuxDriver linux_driver;

// For the current process. Returns when no proxy of Linux uses the area any more.
void release_ica(PhysicalRange area);
// The end of the current process: Linux touches none of its memory any more.
void take_everything_back();

} // namespace ant
