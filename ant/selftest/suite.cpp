// SPDX-License-Identifier: GPL-2.0-only
// Running the tests.
#include "ant/selftest/suite.h"

#include <array>

#include "ant/arch/x86/selectors.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/base/format.h"
#include "ant/core/core.h"
#include "ant/core/process_end.h"
#include "ant/core/request.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/shells.h"

namespace ant::mkernel {

namespace {

constinit std::string_view script{};

void run_suite() {
    Suite suite;
    test_page_tables(suite);
    test_protection(suite);
    test_view_of_ica(suite);
    test_allocators(suite);
    test_time(suite);
    test_scheduler(suite);
    test_messages(suite);
    test_processes(suite);
    std::array<char, 80> line{};
    write_patiently(format_to(line, "selftest: %u of %u passed on %u cores\n",
                              suite.count() - suite.failed(), suite.count(), running_cores.count));
    start_init(script);
    end_thread();
}

} // namespace

void Suite::say(bool holds, const char* what, const char* where) {
    std::array<char, 160> line{};
    write_patiently(
        format_to(line, "selftest %u %s: %s%s\n", ++count_, holds ? "ok" : "FAILED", what, where));
    failed_ += holds ? 0 : 1;
}

void Suite::check(bool holds, const char* what) { say(holds, what, ""); }

void Suite::check(bool holds, const char* what, CoreNumber core) {
    std::array<char, 32> where{};
    BufferSink sink{std::span{where}.first(where.size() - 1)};
    format(sink, " (core %u)", core.value());
    say(holds, what, where.data());
}

void start_suite(std::string_view for_init) {
    script = for_init;
    (void)start_thread(run_suite, ANT_PRIORITY_NORMAL);
}

Process& start_thread(ThreadCode code, std::uint32_t priority) {
    const Process* parent = this_core().scheduler.current();
    const auto arguments = Arguments::check({"true", sizeof "true"});
    const auto number = create_process(
        arguments.value(), {.core = this_core().number,
                            .priority = priority,
                            .parent = parent != nullptr ? parent->number() : ProcessNumber{}});
    if (number.is_error())
        panic("selftest: no thread: error %d", static_cast<int>(number.error()));
    // It has not run yet. In the kernel's own ring IRET takes no stack pointer from the frame.
    Process& thread = slot_of(number.value());
    auto& frame = *pointer_to<x86::TrapFrame>(kernel_stack_top(thread) - sizeof(x86::TrapFrame));
    frame.eip = address_of(reinterpret_cast<const void*>(code)).value();
    frame.cs = KERNEL_CODE_SELECTOR;
    frame.eflags = 0x002; // interrupts off; bit 1 is always set
    return thread;
}

void end_thread() { end_current_process(0); }

std::uint32_t wait_for(const Process& child) {
    (void)ask_mkernel<SystemCall::wait>(child.number(), UserPointer<std::uint32_t>{});
    return child.core.exit_status; // its slot is not another's yet
}

void sleep(Nanoseconds length) {
    Scheduler& scheduler = this_core().scheduler;
    scheduler.expect(WaitFor::time, length == for_ever ? length : x86::Clock::now() + length);
    (void)scheduler.wait();
}

} // namespace ant::mkernel
