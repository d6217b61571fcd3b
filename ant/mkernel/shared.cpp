// SPDX-License-Identifier: GPL-2.0-only
// What the two kernels share. The m-kernel and the p-kernel are two images with code and data of
// their own. But AnT is one OS: what it knows of its processes and cores exists once, in memory at
// a fixed place, and the same headers describe it for both. This file defines all of it, and the
// p-kernel is linked with the addresses (ant/CMakeLists.txt).
#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/paging.h"
#include "ant/core/core.h"
#include "ant/core/device_interrupt.h"
#include "ant/core/ica.h"
#include "ant/core/linux_call.h"
#include "ant/core/panic.h"
#include "ant/core/process.h"

// The section has no bytes in the image: all of it begins as zero. (By its name GCC knows that it
// is one like .bss, and the linker that it is not .bss.)
#define ANT_SHARED [[gnu::section(".sbss.shared")]] constinit

namespace ant {

ANT_SHARED std::array<Core, ANTLINUX_MAX_CORES> cores{};
ANT_SHARED RunningCores running_cores{};
ANT_SHARED std::array<Process, max_processes> processes{};
ANT_SHARED std::array<KernelStack, max_processes> kernel_stacks{};
ANT_SHARED std::array<KernelStack, ANTLINUX_MAX_CORES> idle_stacks{};
ANT_SHARED std::array<Watch, max_watches> watches{};
ANT_SHARED std::atomic<std::uint32_t> names_server{0};
ANT_SHARED std::atomic<std::uint32_t> console_server{0};
ANT_SHARED SharedIca shared_ica{};
ANT_SHARED LinuxDriver linux_driver{};
ANT_SHARED DeviceLines device_lines{};
ANT_SHARED PanicRecord panic_record{};

namespace x86 {
ANT_SHARED ClockScale clock_scale{};
extern "C" {
ANT_SHARED Paging paging{};
}
} // namespace x86

} // namespace ant
