// SPDX-License-Identifier: GPL-2.0-only
// The kernel's tests of itself: on the real processor, with real interrupts and all cores.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ant/core/process.h"

namespace ant::mkernel {

// Starts the tests as a thread of the kernel, then start_init(for_init).
void start_suite(std::string_view for_init);

// Counts and says the results.
class Suite {
public:
    void check(bool holds, const char* what);
    // The same for each core: "what (core 2)".
    void check(bool holds, const char* what, CoreNumber core);

    std::uint32_t count() const { return count_; }
    std::uint32_t failed() const { return failed_; }

private:
    void say(bool holds, const char* what, const char* where);

    std::uint32_t count_ = 0;
    std::uint32_t failed_ = 0;
};

// A thread of the kernel on this core: a process that runs kernel code in place of its program,
// with interrupts off until it blocks, sleeps or yields, and ends by end_thread().
using ThreadCode = void (*)();
Process& start_thread(ThreadCode code, std::uint32_t priority);
[[noreturn]] void end_thread();
// Waits for a child of the calling thread; its status.
std::uint32_t wait_for(const Process& child);
void sleep(Nanoseconds length);

// The groups of tests.
void test_page_tables(Suite& suite);
void test_protection(Suite& suite);
void test_view_of_ica(Suite& suite);
void test_allocators(Suite& suite);
void test_time(Suite& suite);
void test_scheduler(Suite& suite);
void test_messages(Suite& suite);
void test_processes(Suite& suite);

} // namespace ant::mkernel
