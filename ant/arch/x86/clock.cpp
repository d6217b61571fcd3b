// SPDX-License-Identifier: GPL-2.0-only
// Clock: scaling of the time stamp counter, the local APIC's timer as alarm.
#include "ant/arch/x86/clock.h"

#include <algorithm>

#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/base/assert.h"

namespace ant::x86 {

namespace {

constexpr std::uint32_t lowest_khz = 62'501; // below, the multiplier would not fit into 32 bits
constexpr unsigned scale_bits = 28;

std::uint32_t measure_counter(std::uint32_t timer_khz) {
    constexpr std::uint32_t interval_ms = 20;
    const std::uint32_t ticks = timer_khz * interval_ms;
    LocalApic::start_timer(0xffff'ffff);
    const std::uint64_t begin = read_time_stamp_counter();
    while (0xffff'ffff - LocalApic::timer_ticks_left() < ticks)
        pause();
    const std::uint64_t end = read_time_stamp_counter();
    LocalApic::start_timer(0);
    return static_cast<std::uint32_t>((end - begin) / interval_ms);
}

} // namespace

void Clock::start(ClockFrequencies frequencies) {
    clock_scale.timer_khz = frequencies.local_apic_timer;
    clock_scale.khz = frequencies.time_stamp_counter != 0 ? frequencies.time_stamp_counter
                                                          : measure_counter(clock_scale.timer_khz);
    if (clock_scale.khz < lowest_khz)
        panic("time stamp counter of %u kHz: at least %u are needed", clock_scale.khz, lowest_khz);
    clock_scale.multiplier =
        static_cast<std::uint32_t>((std::uint64_t{1'000'000} << scale_bits) / clock_scale.khz);
    clock_scale.start = read_time_stamp_counter();
}

Nanoseconds Clock::now() { return at(read_time_stamp_counter()); }

Nanoseconds Clock::at(std::uint64_t counter) { return length(counter - clock_scale.start); }

Nanoseconds Clock::length(std::uint64_t counts) {
    const std::uint64_t high = (counts >> 32) * clock_scale.multiplier;
    const std::uint64_t low = (counts & 0xffff'ffff) * clock_scale.multiplier;
    return {(high << (32 - scale_bits)) + (low >> scale_bits)};
}

void Clock::busy_wait(Nanoseconds duration) {
    const Nanoseconds end = now() + duration;
    while (now() < end)
        pause();
}

void Clock::interrupt_at(Nanoseconds time) {
    const Nanoseconds present = now();
    // At most a second ahead, so that the product fits; whoever set the alarm looks again then.
    const std::uint64_t ahead =
        time > present ? std::min<std::uint64_t>((time - present).count, 1'000'000'000) : 0;
    const std::uint64_t ticks = ahead * clock_scale.timer_khz / 1'000'000;
    LocalApic::start_timer(
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(ticks, 1, 0xffff'ffff)));
}

std::uint32_t Clock::time_stamp_counter_khz() { return clock_scale.khz; }

} // namespace ant::x86
