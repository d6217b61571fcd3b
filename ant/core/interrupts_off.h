// SPDX-License-Identifier: GPL-2.0-only
// For how long a core keeps interrupts off: what everybody who waits for an interrupt may have to
// wait besides.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ant/arch/x86/processor.h"

namespace ant {

// One core's. The kernel runs with interrupts off, from the trap that leads into it until it
// returns to user mode, sleeps, or lets pending ones in.
class InterruptsOff {
public:
    // They are off from now on, and on from now on; on their own core.
    void begin() { since_ = x86::read_time_stamp_counter(); }
    void end() { longest_ = std::max(longest_, x86::read_time_stamp_counter() - since_); }

    // The longest time since the core's start, in counts of the time stamp counter. Any core may
    // ask.
    std::uint64_t longest() const { return longest_; }

private:
    std::uint64_t since_ = 0;
    std::uint64_t longest_ = 0;
};

} // namespace ant
