// SPDX-License-Identifier: GPL-2.0-only
// One core's scheduler: by priority, round robin among equals, pre-emptive in user mode. A more
// urgent process that becomes ready runs at once; a 100 Hz tick lets equals take turns.
#pragma once

#include <cstdint>

#include "ant/arch/x86/clock.h"
#include "ant/base/address.h"
#include "ant/core/process.h"
#include "ant/core/ready_queue.h"

namespace ant {

// Only its own core calls it, with interrupts off. The kernel is not pre-emptive: a process gives
// the core up where it blocks, or on the way back to user mode.
class Scheduler {
public:
    static constexpr Nanoseconds tick = milliseconds(10);

    constexpr Scheduler() = default;

    Process* current() const { return current_; }

    // The rest of this core's life: runs processes, sleeps when there is none.
    [[noreturn]] void run(PhysicalAddress kernel_directory);

    // A new process whose kernel stack is prepared (prepare_first_run).
    void add(Process& process);

    // The current process is about to wait for this, until `end`. From here on finish() counts.
    void expect(WaitFor what) {
        current_->core.wait.what = what;
        current_->core.wait.is_over = false;
    }
    void expect(WaitFor what, Nanoseconds end) {
        expect(what);
        if (end != for_ever)
            set_limit(end);
    }
    // Here a process goes to sleep; the outcome of what it expects.
    std::int32_t wait();
    // Here a process is woken, if this is what it waits for.
    void finish(Process& process, WaitFor what, std::int32_t outcome);
    void yield();

    // The current process never runs again; the m-kernel is told once the core has left its stack.
    [[noreturn]] void leave();

    // A priority message.
    void change_priority(Process& process);

    // A kill message: the process ends at its next step to user mode.
    void request_kill(Process& process);

    // The timer interrupt.
    void on_timer();
    // Before each return to user mode: another's turn? end of this process?
    void before_user_mode() {
        if (reschedule_ || current_->is_killed()) [[unlikely]]
            leave_user_mode();
    }

    // The first thing a context does after it was switched to.
    void finish_switch();

    // Adds the time since the last switch to its process, or to the idle time; on this core only.
    void account();
    // Any core may ask.
    Nanoseconds idle_time() const;
    Nanoseconds busy_time() const { return busy_time_; }

private:
    using Sleepers = IntrusiveList<Process, &Process::core, &Process::CorePart::link>;

    void make_ready(Process& process);
    void heed_kill(Process& process);
    void set_limit(Nanoseconds end);
    void leave_user_mode();
    void switch_to_next();
    void set_alarm();
    void wake_sleepers(Nanoseconds now);

    Process* current_ = nullptr; // nullptr: idle
    Process* left_ = nullptr;    // ended, its stack was in use until the switch
    bool reschedule_ = false;
    std::uint32_t idle_context_ = 0;
    PhysicalAddress kernel_directory_{};
    PhysicalAddress directory_{}; // in CR3
    ReadyQueue<Process, ANT_PRIORITY_LOWEST + 1, &Process::core, &Process::CorePart::link> ready_{};
    Sleepers sleepers_{}; // in the order of their times
    Nanoseconds next_tick_{};
    Nanoseconds since_{}; // the last switch
    Nanoseconds busy_time_{};
    Nanoseconds idle_time_{};
};

// Prepares the kernel stack of a new process: its first switch leads to user mode, where its entry
// is. On its own core: the way there is in the image of that core's kernel.
void prepare_first_run(Process& process);

} // namespace ant
