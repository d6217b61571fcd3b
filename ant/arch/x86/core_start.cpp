// SPDX-License-Identifier: GPL-2.0-only
// INIT and start-up IPIs (SDM vol. 3, 9.4.4.1 "Typical BSP Initialization Sequence").
#include "ant/arch/x86/core_start.h"

#include <cstddef>
#include <cstring>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/local_apic.h"

extern "C" {
extern const std::byte trampoline_begin[];
extern const std::byte trampoline_end[];

// Read by trampoline.S. Written by the m-kernel before the IPI.
constinit std::uint32_t core_start_stack = 0;
constinit std::uint32_t core_start_directory = 0;
constinit std::uint32_t core_start_entry = 0;
}

namespace ant::x86 {

void prepare_start_page(PhysicalAddress page) {
    const auto size = static_cast<std::size_t>(trampoline_end - trampoline_begin);
    std::memcpy(pointer_to<std::byte>(identity(page)), trampoline_begin, size);
}

void start_core(CoreNumber core, PhysicalAddress start_page, const CoreStart& start) {
    core_start_entry = start.entry.value();
    core_start_stack = start.stack_top.value();
    core_start_directory = start.page_directory.value();
    asm volatile("" : : : "memory"); // before the IPI; the processor keeps stores in order itself

    LocalApic::send_init(core);
    Clock::busy_wait(milliseconds(10));
    LocalApic::send_startup(core, start_page);
    Clock::busy_wait(microseconds(200));
}

void start_core_again(CoreNumber core, PhysicalAddress start_page) {
    LocalApic::send_startup(core, start_page);
}

} // namespace ant::x86
