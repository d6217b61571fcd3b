// SPDX-License-Identifier: GPL-2.0-only
// Statistics; see samples.h.
#include "samples.h"

#include <algorithm>
#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>

namespace ant {

Samples::Samples(size_t capacity)
    : ticks_(static_cast<uint64_t*>(calloc(capacity, sizeof(uint64_t)))), capacity_(capacity) {}

Samples::~Samples() { free(ticks_); }

void Samples::add(uint64_t ticks) {
    if (count_ < capacity_)
        ticks_[count_++] = ticks;
}

void Samples::sort() { std::sort(ticks_, ticks_ + count_); }

TickScale::TickScale() : ticks_(time_stamp()), nanoseconds_(time_ns()) {}

void TickScale::finish() {
    // Long enough that the two readings not being simultaneous does not matter.
    static_cast<void>(sleep_ns(20'000'000));
    nanoseconds_ = time_ns() - nanoseconds_;
    ticks_ = time_stamp() - ticks_;
}

uint64_t TickScale::nanoseconds(uint64_t ticks) const {
    // Fixed point with 20 binary places: a millionth, and room for runs of hours.
    const uint64_t scale = (nanoseconds_ << 20) / ticks_;
    return (ticks * scale) >> 20;
}

} // namespace ant
