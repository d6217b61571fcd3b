// SPDX-License-Identifier: GPL-2.0-only
// Statistics; see samples.h.
#include "samples.h"

#include <algorithm>
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>
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
    // Fixed point with 20 binary places: a millionth, and large enough for runs of hours.
    const uint64_t scale = (nanoseconds_ << 20) / ticks_;
    return (ticks * scale) >> 20;
}

void print_heading() {
    ant::printf("case       mode               n     min_ns  median_ns     max_ns   min_ticks "
                "median_ticks   max_ticks\n");
}

void print_row(const char* name, const char* mode, Samples& samples, TickScale& scale) {
    scale.finish();
    samples.sort();
    ant::printf("%-10s %-13s %6zu %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %11" PRIu64
                " %12" PRIu64 " %11" PRIu64 "\n",
                name, mode, samples.count(), scale.nanoseconds(samples.min()),
                scale.nanoseconds(samples.median()), scale.nanoseconds(samples.max()),
                samples.min(), samples.median(), samples.max());
}

} // namespace ant
