// SPDX-License-Identifier: GPL-2.0-only
// Measured durations and their statistics.
#ifndef ANT_APPS_BENCH_SAMPLES_H
#define ANT_APPS_BENCH_SAMPLES_H

#include <bench/programs/time_stamp.h>
#include <cstddef>
#include <cstdint>

namespace ant {

using bench::time_stamp;

/// Durations in ticks of the time stamp counter.
class Samples {
public:
    /// Space for `capacity` samples; valid() is false when there is no memory.
    explicit Samples(size_t capacity);
    ~Samples();
    Samples(const Samples&) = delete;
    Samples& operator=(const Samples&) = delete;

    [[nodiscard]] bool valid() const { return ticks_ != nullptr; }
    void clear() { count_ = 0; }
    /// Beyond the capacity nothing is stored.
    void add(uint64_t ticks);
    /// To be called once all are there, before the statistics.
    void sort();

    [[nodiscard]] size_t count() const { return count_; }
    [[nodiscard]] uint64_t min() const { return ticks_[0]; }
    [[nodiscard]] uint64_t max() const { return ticks_[count_ - 1]; }
    /// So many percent are not larger.
    [[nodiscard]] uint64_t percentile(size_t percent) const {
        return ticks_[(count_ * percent + 99) / 100 - 1];
    }
    /// The middle one; of an even number the mean of the two in the middle.
    [[nodiscard]] uint64_t median() const {
        return (ticks_[(count_ - 1) / 2] + ticks_[count_ / 2]) / 2;
    }

private:
    uint64_t* ticks_;
    size_t capacity_;
    size_t count_ = 0;
};

/// Turns ticks into nanoseconds by comparing the counter with the kernel's clock
/// over the time between construction and finish().
class TickScale {
public:
    TickScale();
    /// Ends the comparison.
    void finish();
    [[nodiscard]] uint64_t nanoseconds(uint64_t ticks) const;

private:
    uint64_t ticks_;
    uint64_t nanoseconds_;
};

/// One row of the table for each measurement, below a heading: name, mode, number, and minimum,
/// median and maximum in nanoseconds and in ticks. Finishes the scale and sorts the samples.
void print_heading();
void print_row(const char* name, const char* mode, Samples& samples, TickScale& scale);

} // namespace ant

#endif
