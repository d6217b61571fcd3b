// SPDX-License-Identifier: GPL-2.0-only
// What was measured: all of it, in the order of the measurement.
#ifndef BENCH_PROGRAMS_RECORDS_H
#define BENCH_PROGRAMS_RECORDS_H

#include "bench/programs/platform.h"
#include "bench/programs/time_stamp.h"

#include <cstddef>

namespace bench {

/// One timed call, or the total of a sequence of calls.
struct Record {
    const char* step; ///< the call's name or "total"
    uint32_t repeat;  ///< which sequence
    uint32_t index;   ///< which call of the sequence
    uint64_t ticks;   ///< of the time stamp counter
};

class Records {
public:
    /// Space for so many, in memory that is there already: storing one later on takes a few
    /// instructions and no page fault. valid() is false when there is not enough memory.
    explicit Records(size_t capacity) : memory_(capacity * sizeof(Record)), capacity_(capacity) {}

    [[nodiscard]] bool valid() const { return memory_.valid(); }
    /// Beyond the capacity nothing is stored.
    void add(const Record& record) {
        if (count_ < capacity_)
            data()[count_++] = record;
    }
    [[nodiscard]] std::span<const Record> all() const { return {data(), count_}; }

private:
    [[nodiscard]] Record* data() const { return reinterpret_cast<Record*>(memory_.data()); }

    Buffer memory_;
    size_t capacity_;
    size_t count_ = 0;
};

/// Times the calls of one sequence. A stopwatch without records is for a warm-up.
class Stopwatch {
public:
    Stopwatch(Records* records, uint32_t repeat) : records_(records), repeat_(repeat) {}

    void start() { first_ = last_ = time_stamp(); }

    /// The call that began at start() or at the end of the last lap() is over.
    void lap(const char* step) {
        const uint64_t now = time_stamp();
        if (records_ != nullptr)
            records_->add({step, repeat_, index_, now - last_});
        index_++;
        last_ = time_stamp(); // keeping the record is not the next call's time
    }

    /// The sequence is over: from start() to now.
    void total() {
        const uint64_t now = time_stamp();
        if (records_ != nullptr)
            records_->add({"total", repeat_, 0, now - first_});
    }

private:
    Records* records_;
    uint32_t repeat_;
    uint32_t index_ = 0;
    uint64_t first_ = 0;
    uint64_t last_ = 0;
};

} // namespace bench

#endif
