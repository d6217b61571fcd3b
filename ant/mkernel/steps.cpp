// SPDX-License-Identifier: GPL-2.0-only
// Long work: a queue, and an interrupt of this core's to itself for each step.
#include "ant/mkernel/steps.h"

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/base/ring_buffer.h"
#include "ant/core/core.h"

namespace ant::mkernel {

namespace {

struct Step {
    void (*function)(Process&) = nullptr;
    Process* process = nullptr;
};

// A process may end while it still gives pages back.
constinit RingBuffer<Step, 2 * max_processes> steps{};

void ring() { x86::LocalApic::send(this_core().number, x86::message_vector); }

} // namespace

void continue_later(void (*step)(Process&), Process& process) {
    const bool queued = steps.push({step, &process});
    ASSERT(queued);
    ring();
}

void do_next_step() {
    const auto next = steps.pop();
    if (!next)
        return;
    next->function(*next->process);
    // Interrupts of one kind may merge: as long as there is a step, one is to come.
    if (!steps.is_empty())
        ring();
}

} // namespace ant::mkernel
