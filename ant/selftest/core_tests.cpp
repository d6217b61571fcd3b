// SPDX-License-Identifier: GPL-2.0-only
// Messages between the cores, and processes on each of them.
#include <string_view>

#include "ant/arch/x86/paging.h"
#include "ant/arch/x86/processor.h"
#include "ant/base/format.h"
#include "ant/core/communication.h"
#include "ant/core/core.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/process_manager.h"
#include "ant/selftest/suite.h"

namespace ant::mkernel {

namespace {

using namespace std::string_view_literals;

constexpr Nanoseconds patience = milliseconds(5'000); // detects a hang

Process& free_slot() {
    for (Process& slot : processes)
        if (slot.is_free() && !slot.is_mentioned())
            return slot;
    panic("selftest: no free process slot");
}

// A notice for a process that does not exist: its core takes the message, and that is all.
bool round_trip(CoreNumber core) {
    Process& nobody = free_slot();
    nobody.mkernel.core = core;
    post_interrupt(nobody, 0);
    const Nanoseconds end = x86::Clock::now() + patience;
    while (nobody.is_mentioned()) {
        if (x86::Clock::now() >= end)
            return false;
        x86::pause();
    }
    return true;
}

// The status of a program on that core.
std::uint32_t run_program(std::string_view words, CoreNumber core) {
    const auto arguments = Arguments::check(words);
    ASSERT(arguments.is_ok());
    const auto number = create_process(
        arguments.value(), {.core = core, .parent = this_core().scheduler.current()->number()});
    return number.is_ok() ? wait_for(slot_of(number.value())) : 256;
}

} // namespace

void test_messages(Suite& suite) {
    for (CoreNumber core : running_cores.all().subspan(1)) {
        bool all = true;
        for (int i = 0; i < 1'000 && all; ++i)
            all = round_trip(core);
        suite.check(all, "1,000 messages are taken, each announced by an IPI", core);
    }
    suite.check(round_trip(this_core().number), "a message to oneself takes effect at once");
}

void test_processes(Suite& suite) {
    for (CoreNumber core : running_cores.all()) {
        const PageCount before = frames.available();
        suite.check(run_program("true\0"sv, core) == 0, "a program runs and ends", core);
        suite.check(run_program("crash\0null\0"sv, core) == 139, "a null pointer is caught", core);
        suite.check(run_program("crash\0kernel\0"sv, core) == 139, "the kernel is protected", core);
        suite.check(run_program("crash\0privileged\0"sv, core) == 139,
                    "a privileged instruction is caught", core);
        suite.check(run_program("crash\0divide\0"sv, core) == 136, "a division by zero is caught",
                    core);
        suite.check(run_program("crash\0stack\0"sv, core) == 139, "a stack overrun is caught",
                    core);
        suite.check(run_program("crash\0write-code\0"sv, core) == 139,
                    "a program cannot write to its code", core);
        const std::uint32_t caught = x86::paging.has_no_execute() ? 139 : 0;
        suite.check(run_program("crash\0run-stack\0"sv, core) == caught,
                    "nor execute its data, on a processor that can forbid it", core);
        suite.check(frames.available() == before, "all their frames are back", core);
        suite.check(run_program("servertest\0"sv, core) == 0, "server communication on one core",
                    core);
        const CoreNumber first = mkernel_core().number;
        if (core == first)
            continue;
        std::array<char, 32> words{};
        BufferSink sink{words};
        format(sink, "servertest%c%u%c", '\0', core.value(), '\0');
        suite.check(run_program(sink.text(), first) == 0,
                    "server communication from the m-kernel's core", core);
    }
}

} // namespace ant::mkernel
