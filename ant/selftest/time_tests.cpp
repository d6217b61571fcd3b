// SPDX-License-Identifier: GPL-2.0-only
// Clock, timer, and the scheduler's order, with threads on the m-kernel's core.
#include <algorithm>
#include <array>

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/mkernel/process_manager.h"
#include "ant/selftest/suite.h"

namespace ant::mkernel {

namespace {

using x86::Clock;

constexpr Nanoseconds far_too_long = milliseconds(10'000); // detects a hang

// What the threads did, in order.
struct Diary {
    std::array<char, 16> text{};
    std::size_t length = 0;

    void write(char letter) {
        if (length < text.size())
            text[length++] = letter;
    }
    bool says(std::string_view wanted) const {
        return std::string_view{text.data(), length} == wanted;
    }
};
constinit Diary diary;

template<char Letter> void write_three_times() {
    for (int i = 0; i < 3; ++i) {
        diary.write(Letter);
        this_core().scheduler.yield();
    }
    end_thread();
}

template<char Letter> void write_once() {
    diary.write(Letter);
    end_thread();
}

template<char Letter, std::uint64_t Milliseconds> void write_later() {
    sleep(milliseconds(Milliseconds));
    diary.write(Letter);
    end_thread();
}

void sleep_for_ever() {
    sleep(for_ever);
    diary.write('k');
    end_thread();
}

template<std::size_t Count> void run(const std::array<Process*, Count>& threads) {
    for (const Process* thread : threads)
        (void)wait_for(*thread);
}

} // namespace

void test_time(Suite& suite) {
    bool forwards = true;
    Nanoseconds last = Clock::now();
    for (int i = 0; i < 10'000; ++i) {
        const Nanoseconds now = Clock::now();
        forwards = forwards && !(now < last);
        last = now;
    }
    suite.check(forwards, "the clock never goes back");

    const Nanoseconds start = Clock::now();
    sleep(milliseconds(5));
    const Nanoseconds slept = Clock::now() - start;
    suite.check(!(slept < milliseconds(5)), "a sleep is not too short");
    suite.check(slept < far_too_long, "and ends");

    const std::uint64_t interrupts = this_core().interrupts;
    sleep(milliseconds(50));
    suite.check(this_core().interrupts >= interrupts + 3, "the timer ticks");
}

void test_scheduler(Suite& suite) {
    diary = {};
    run(std::array{&start_thread(write_three_times<'a'>, ANT_PRIORITY_NORMAL),
                   &start_thread(write_three_times<'b'>, ANT_PRIORITY_NORMAL),
                   &start_thread(write_three_times<'c'>, ANT_PRIORITY_NORMAL)});
    suite.check(diary.says("abcabcabc"), "equals take turns");

    diary = {};
    run(std::array{&start_thread(write_once<'l'>, ANT_PRIORITY_LOWEST),
                   &start_thread(write_once<'n'>, ANT_PRIORITY_NORMAL),
                   &start_thread(write_once<'h'>, ANT_PRIORITY_HIGHEST)});
    suite.check(diary.says("hnl"), "the most urgent runs first");

    diary = {};
    Process& first = start_thread(write_once<'1'>, ANT_PRIORITY_NORMAL);
    Process& second = start_thread(write_once<'2'>, ANT_PRIORITY_NORMAL);
    change_priority(second, ANT_PRIORITY_HIGHEST);
    run(std::array{&first, &second});
    suite.check(diary.says("21"), "a changed priority counts at once");

    diary = {};
    run(std::array{&start_thread(write_later<'3', 300>, ANT_PRIORITY_NORMAL),
                   &start_thread(write_later<'1', 100>, ANT_PRIORITY_NORMAL),
                   &start_thread(write_later<'2', 200>, ANT_PRIORITY_NORMAL)});
    suite.check(diary.says("123"), "sleepers wake in the order of their times");

    diary = {};
    Process& sleeper = start_thread(sleep_for_ever, ANT_PRIORITY_NORMAL);
    sleep(milliseconds(5));
    kill_process(sleeper, 1);
    (void)wait_for(sleeper);
    suite.check(diary.says("k"), "a kill ends a sleep");

    const Nanoseconds idle = this_core().scheduler.idle_time();
    sleep(milliseconds(20));
    suite.check(!(this_core().scheduler.idle_time() - idle < milliseconds(10)),
                "who sleeps leaves the core idle");
}

} // namespace ant::mkernel
