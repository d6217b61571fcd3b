// SPDX-License-Identifier: GPL-2.0-only
// Everything that the m-kernel and the p-kernel share (kernel/shared.h), in one place.
#include "kernel/shared.h"

#include "arch/x86/clock.h"
#include "kernel/core.h"
#include "kernel/device_interrupt.h"
#include "kernel/ica.h"
#include "kernel/linux_platform.h"
#include "kernel/panic.h"
#include "kernel/process.h"

namespace ant {

ANT_SHARED std::array<Core, ANTLINUX_MAX_CORES> cores{};
ANT_SHARED RunningCores running_cores{};
ANT_SHARED std::array<Process, max_processes> processes{};
alignas(page_size)
    ANT_SHARED std::array<std::array<std::byte, kernel_stack_size>, max_processes> kernel_stacks{};
ANT_SHARED std::array<Watch, max_watches> watches{};
ANT_SHARED std::atomic<std::uint32_t> names_server{0};
ANT_SHARED std::atomic<std::uint32_t> console_server{0};
ANT_SHARED SharedIca shared_ica{};
ANT_SHARED LinuxDriver linux_driver{};
ANT_SHARED DeviceLines device_lines{};
ANT_SHARED PanicRecord panic_record{};

namespace x86 {
ANT_SHARED ClockScale clock_scale{};
}

} // namespace ant
