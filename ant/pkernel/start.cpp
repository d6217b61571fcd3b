// SPDX-License-Identifier: GPL-2.0-only
// The p-kernel: exceptions, interrupts, scheduling and communication on a core of its own; for
// memory and processes it asks the m-kernel (the paper, 2.1).
#include "arch/x86/local_apic.h"
#include "kernel/core.h"
#include "kernel/log.h"
#include "mkernel/memory.h"

// Called by core_start_entry (boot.S), with paging on.
extern "C" [[noreturn]] void pkernel_start() {
    using namespace ant;
    const CoreNumber number = x86::LocalApic::core();
    const PhysicalAddress directory = mkernel::kernel_directory();
    initialise_this_core(number, CoreKind::pkernel, directory);
    Core& core = this_core();
    log(LogLevel::info, "AnT p-kernel on core %u", number.value());
    core.online.store(true, std::memory_order_release);
    core.scheduler.run(directory);
}
