// SPDX-License-Identifier: GPL-2.0-only
// Scheduler: switching, sleeping, ticking.
#include "ant/core/scheduler.h"

#include <algorithm>

#include "ant/arch/x86/processor.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/core/core.h"
#include "ant/core/linux_call.h"
#include "ant/core/process_end.h"
#include "ant/core/role.h"

namespace ant {

using x86::Clock;
using End = Process::End;

namespace {

constexpr std::uint32_t user_flags = 0x202; // interrupts on; bit 1 is always set

} // namespace

void prepare_first_run(Process& process) {
    const VirtualAddress frame_at = kernel_stack_top(process) - sizeof(x86::TrapFrame);
    auto& frame = *pointer_to<x86::TrapFrame>(frame_at);
    frame = {};
    frame.eip = process.mkernel.entry.value();
    frame.cs = USER_CODE_SELECTOR;
    frame.eflags = user_flags;
    frame.user_esp = process.mkernel.first_stack.value();
    frame.user_ss = USER_DATA_SELECTOR;

    const VirtualAddress switch_at = frame_at - sizeof(x86::SwitchFrame);
    auto& switch_frame = *pointer_to<x86::SwitchFrame>(switch_at);
    switch_frame = {};
    switch_frame.return_address =
        address_of(reinterpret_cast<const void*>(&x86::process_start)).value();
    process.core.context = switch_at.value();
}

void Scheduler::run(PhysicalAddress kernel_directory) {
    kernel_directory_ = kernel_directory;
    directory_ = kernel_directory;
    since_ = Clock::now();
    next_tick_ = since_ + tick;
    set_alarm();
    InterruptsOff& off = this_core().interrupts_off;
    off.begin();
    while (true) {
        if (!ready_.is_empty()) {
            switch_to_next();
            continue;
        }
        off.end();
        x86::wait_for_interrupt();
        off.begin();
    }
}

void Scheduler::make_ready(Process& process) {
    process.core.state = ProcessState::ready;
    ready_.insert(process, process.core.priority);
    // In user mode it would otherwise wait for the next tick.
    if (current_ != nullptr && process.core.priority < current_->core.priority)
        reschedule_ = true;
}

void Scheduler::add(Process& process) { make_ready(process); }

void Scheduler::set_limit(Nanoseconds end) {
    Process& process = *current_;
    process.core.wait.end = end;
    Process* later = sleepers_.front();
    while (later != nullptr && later->core.wait.end <= end)
        later = Sleepers::next(*later);
    sleepers_.insert_before(process, later);
    if (end < next_tick_)
        set_alarm();
}

std::int32_t Scheduler::wait() {
    Process& process = *current_;
    if (process.is_killed())
        heed_kill(process);
    if (!process.core.wait.is_over) {
        process.core.state = ProcessState::blocked;
        switch_to_next();
    }
    process.core.wait.what = WaitFor::nothing;
    return process.core.wait.outcome;
}

void Scheduler::finish(Process& process, WaitFor what, std::int32_t outcome) {
    Process::Wait& wait = process.core.wait;
    if (wait.what != what || wait.is_over)
        return;
    wait.is_over = true;
    wait.outcome = outcome;
    if (sleepers_.contains(process))
        sleepers_.remove(process);
    if (process.core.state == ProcessState::blocked)
        make_ready(process);
}

void Scheduler::yield() {
    if (!ready_.has_ready(current_->core.priority))
        return;
    current_->core.state = ProcessState::ready;
    ready_.insert(*current_, current_->core.priority);
    switch_to_next();
}

void Scheduler::change_priority(Process& process) {
    // Not a store: the processor might read the priority before it, and miss one for which, the
    // flag being up, no further message comes (SDM vol. 3, 8.2.3.4).
    process.take<Process::priority_on_the_way>();
    const std::uint32_t priority = process.mkernel.new_priority;
    if (process.core.state == ProcessState::ready) {
        ready_.remove(process, process.core.priority);
        process.core.priority = priority;
        make_ready(process);
    } else {
        process.core.priority = priority;
    }
    // It may have made the running process the less urgent one.
    reschedule_ = current_ != nullptr && ready_.has_ready(current_->core.priority);
}

void Scheduler::leave() {
    current_->core.state = ProcessState::zombie;
    left_ = current_;
    switch_to_next();
    panic("process %u was run after its end", left_ != nullptr ? left_->number().value() : 0);
}

void Scheduler::request_kill(Process& process) {
    // It may have ended while the message was on its way.
    if (process.core.end == End::none)
        process.core.end = End::killed;
    else if (process.core.end == End::exiting)
        process.core.end = End::exiting_killed;
    heed_kill(process);
    process.take<Process::kill_on_the_way>();
}

// A killed process waits for nothing that it can do without. While Linux gives up its call, which
// may take its time, it has ended for everybody else.
void Scheduler::heed_kill(Process& process) {
    const WaitFor what = process.core.wait.what;
    if (ends_with_a_kill(what))
        finish(process, what, system_call_result(Errno::eintr));
    else if (what == WaitFor::linux_side) {
        report_gone(process);
        linux_driver.cancel(this_core().number, process);
    }
}

void Scheduler::on_timer() {
    const Nanoseconds now = Clock::now();
    wake_sleepers(now);
    if (now >= next_tick_) {
        next_tick_ = now + tick;
        reschedule_ = current_ != nullptr && ready_.has_ready(current_->core.priority);
        linux_driver.poll(this_core().number);
    }
    role::on_timer();
    set_alarm();
}

void Scheduler::leave_user_mode() {
    reschedule_ = false;
    if (current_->is_killed())
        end_current_process(current_->mkernel.kill_status);
    yield();
    // Somebody else ran meanwhile, and may have asked for the end of this one.
    if (current_->is_killed())
        end_current_process(current_->mkernel.kill_status);
}

void Scheduler::switch_to_next() {
    Process* const previous = current_;
    Process* const next = ready_.take();
    account();
    current_ = next;
    reschedule_ = false;

    // While idle the last process's page directory stays: the kernel's part is the same in all of
    // them. One that is about to disappear must not.
    const PhysicalAddress directory = next != nullptr    ? next->mkernel.page_directory
                                      : left_ != nullptr ? kernel_directory_
                                                         : directory_;
    if (directory != directory_) {
        directory_ = directory;
        x86::write_cr3(directory);
    }
    if (next != nullptr) {
        next->core.state = ProcessState::running;
        this_core().segments.set_kernel_stack(kernel_stack_top(*next).value());
    }
    if (next != previous) {
        x86::switch_context(previous != nullptr ? &previous->core.context : &idle_context_,
                            next != nullptr ? next->core.context : idle_context_);
        finish_switch();
    }
}

void Scheduler::finish_switch() {
    if (left_ == nullptr)
        return;
    Process& process = *left_;
    left_ = nullptr;
    send_message(mkernel_core(), MessageKind::ended, process);
}

void Scheduler::account() {
    const Nanoseconds now = Clock::now();
    const Nanoseconds length = now - since_;
    since_ = now;
    if (current_ != nullptr) {
        current_->core.run_time = current_->core.run_time + length;
        busy_time_ = busy_time_ + length;
    } else {
        idle_time_ = idle_time_ + length;
    }
}

Nanoseconds Scheduler::idle_time() const {
    const Nanoseconds now = Clock::now();
    return current_ == nullptr && now > since_ ? idle_time_ + (now - since_) : idle_time_;
}

void Scheduler::set_alarm() {
    Nanoseconds alarm = next_tick_;
    if (const Process* next = sleepers_.front())
        alarm = std::min(alarm, next->core.wait.end);
    Clock::interrupt_at(std::min(alarm, role::next_alarm()));
}

void Scheduler::wake_sleepers(Nanoseconds now) {
    while (Process* next = sleepers_.front()) {
        if (next->core.wait.end > now)
            return;
        finish(*next, next->core.wait.what, system_call_result(Errno::etimedout));
    }
}

} // namespace ant

extern "C" void ant::x86::process_first_run() {
    ant::Scheduler& scheduler = ant::this_core().scheduler;
    scheduler.finish_switch();
    scheduler.before_user_mode();
    ant::this_core().interrupts_off.end();
}
