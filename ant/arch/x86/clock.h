// SPDX-License-Identifier: GPL-2.0-only
// Time since AnT's start, from the time stamp counter, and waiting by it.
#pragma once

#include <cstdint>

#include "ant/base/time.h"

namespace ant::x86 {

// Frequencies in kHz, as Mint tells them.
struct ClockFrequencies {
    std::uint32_t time_stamp_counter = 0;
    std::uint32_t local_apic_timer = 0; // its input, before the divider
};

// How the counters become nanoseconds. Written by Clock::start(), then only read.
struct ClockScale {
    std::uint64_t start = 0; // the counter at time 0
    std::uint32_t khz = 0;
    std::uint32_t multiplier = 0; // nanoseconds per count, times 2^scale_bits
    std::uint32_t timer_khz = 0;
};
extern ClockScale clock_scale;

// The counters of all cores of one machine start at reset together; AnT relies on that.
class Clock final {
public:
    Clock() = delete;

    // Once, on the m-kernel's core, before any other call. The clock starts at 0 here. A time stamp
    // counter of unknown frequency (0) is measured against the APIC timer, which must be enabled.
    static void start(ClockFrequencies frequencies);

    // Before start() it is 0 and stays so.
    static Nanoseconds now();
    // The time at which the time stamp counter had that value.
    static Nanoseconds at(std::uint64_t counter);
    // What so many counts of it take.
    static Nanoseconds length(std::uint64_t counts);
    static bool is_running() { return clock_scale.multiplier != 0; }
    static void busy_wait(Nanoseconds duration);

    // One timer interrupt on this core at that time, or as soon as possible when it is past.
    static void interrupt_at(Nanoseconds time);

    static std::uint32_t time_stamp_counter_khz();
};

} // namespace ant::x86
