// SPDX-License-Identifier: GPL-2.0-only
// The p-kernel: exceptions and interrupts, server communication and scheduling on a core of its own
// (the paper, 2.1).
#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"

namespace ant {

namespace {

// The cores that run this image are started one after the other; the first makes its table.
constinit bool table_is_built = false;

} // namespace

} // namespace ant

// Called by pkernel_entry (entry.S), with paging on.
extern "C" [[noreturn]] void pkernel_start() {
    using namespace ant;
    if (!table_is_built)
        x86::build_interrupt_table();
    table_is_built = true;
    const PhysicalAddress directory = x86::read_cr3(); // the kernel's: no process has run yet
    const CoreNumber number = x86::LocalApic::core();
    initialise_this_core(number, CoreKind::pkernel, directory);
    Core& core = this_core();
    core.online.store(true, std::memory_order_release);
    core.scheduler.run(directory);
}
