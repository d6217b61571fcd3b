// SPDX-License-Identifier: GPL-2.0-only
// Every exception, interrupt and system call of every core comes through here.
#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/core/core.h"
#include "ant/core/device_interrupt.h"
#include "ant/core/linux_call.h"
#include "ant/core/panic.h"
#include "ant/core/process_end.h"
#include "ant/core/system_call.h"
#include "ant/core/user_memory.h"

namespace ant {

namespace {

// The first touch of a stack page: not a fault, the page is put there.
bool is_stack_growth(const x86::TrapFrame& frame, VirtualAddress address) {
    if (frame.vector != static_cast<std::uint32_t>(x86::Exception::page_fault) ||
        (frame.error_code & x86::page_fault_protection) != 0)
        return false;
    return provide_stack_page(*this_core().scheduler.current(), address).is_ok();
}

void handle_exception(const x86::TrapFrame& frame) {
    // An NMI comes from a core of ours that panics: this one stops where it is.
    if (frame.vector == static_cast<std::uint32_t>(x86::Exception::nmi))
        stop_for_panic();
    if (!frame.from_user() ||
        frame.vector == static_cast<std::uint32_t>(x86::Exception::machine_check))
        panic_on_exception(frame);
    // Read before anything blocks: the next page fault overwrites it.
    const VirtualAddress address{x86::read_cr2()};
    if (!is_stack_growth(frame, address))
        end_faulted_process(frame, address);
}

void handle_interrupt(Core& core, Vector vector) {
    ++core.interrupts;
    // A spurious one takes no EOI (SDM vol. 3, 11.9); one that somebody sent by this vector does.
    if (vector == x86::spurious_vector && !x86::LocalApic::is_in_service(vector))
        return;
    // Before the work: the same vector may come again meanwhile, and its handler empties its queue.
    x86::LocalApic::end_of_interrupt();
    if (vector == x86::timer_vector)
        core.scheduler.on_timer();
    else if (vector == x86::message_vector)
        take_messages();
    else if (vector == x86::linux_result_vector)
        linux_driver.on_result_interrupt(core.number);
    else if (is_device_vector(vector))
        on_device_interrupt(vector);
    else
        remark("an interrupt that nobody expected: vector", vector.value());
}

} // namespace

extern "C" void x86::trap_entry(TrapFrame* frame) {
    Core& core = this_core();
    if (frame->interrupts_were_on())
        core.interrupts_off.begin();
    if (frame->vector == system_call_vector.value())
        frame->eax = static_cast<std::uint32_t>(system_call(*frame));
    else if (frame->vector < exception_vectors)
        handle_exception(*frame);
    else
        handle_interrupt(core, Vector{frame->vector});

    if (frame->from_user())
        core.scheduler.before_user_mode();
    // Another process's trap may have begun it: this one has slept meanwhile.
    if (frame->interrupts_were_on())
        core.interrupts_off.end();
}

extern "C" void x86::double_fault_entry() {
    panic_on_double_fault(this_core().segments.interrupted_task());
}

} // namespace ant
