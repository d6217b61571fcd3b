// SPDX-License-Identifier: GPL-2.0-only
// What Linux may see of the calls (<antlinux/observe/>): counters, time stamps, recorded calls.
#pragma once

#include <antlinux/observe/counters.h>
#include <antlinux/observe/stops.h>
#include <antlinux/observe/trace.h>
#include <antlinux/ring.h>
#include <array>
#include <bit>
#include <cstdint>

#include "ant/base/assert.h"

namespace ant {

inline std::uint64_t time_stamp() { return __builtin_ia32_rdtsc(); }

// ---- Time stamps.

inline void stamp(antlinux_lca& lca, antlinux_stop stop) {
    antlinux_stamps& stamps = *antlinux_stamps_of(&lca);
    if (antlinux_is_wanted(stamps.wanted, stop))
        stamps.stamp[stop] = static_cast<antlinux_u32>(time_stamp());
}

// Makes every stop leave a stamp, whatever the process asked for. Clears the stamps of earlier
// calls, so that a stop which this call does not reach has none.
inline void begin_recorded_call(antlinux_lca& lca) {
    antlinux_stamps& stamps = *antlinux_stamps_of(&lca);
    const antlinux_u32 wanted = stamps.wanted;
    stamps = {};
    stamps.wanted = wanted | ANTLINUX_RECORDED;
}
inline void end_recorded_call(antlinux_lca& lca) {
    antlinux_stamps_of(&lca)->wanted &= ~ANTLINUX_RECORDED;
}

// ---- Counters. They are always on, and each call updates them: a few instructions, and no search.

// The bucket for a call that took so many ticks.
constexpr std::uint32_t bucket_of(std::uint64_t ticks) {
    const auto bucket = static_cast<std::uint32_t>(std::bit_width(ticks | 1)) - 1;
    return bucket < ANTLINUX_BUCKETS ? bucket : ANTLINUX_BUCKETS - 1;
}

// The finished calls of one core by system call and by how long they took.
class CallCounters {
public:
    constexpr CallCounters() = default;

    // Begins anew, all counters 0. The memory stays in use.
    void open(antlinux_core_counters& counters);

    // The entry in which calls with this number are counted; the number may be anything. Asked once
    // for each call, since the process may change the LCA at any time.
    std::uint8_t entry_of(std::uint32_t number) {
        if (number < entries_.size() && entries_[number] != 0)
            return entries_[number];
        return new_entry_of(number);
    }

    void count(std::uint8_t entry, std::uint64_t ticks, bool failed) {
        antlinux_call_counters& call = calls_[entry];
        ++call.buckets[bucket_of(ticks)];
        if (failed)
            ++call.errors;
    }

private:
    static constexpr std::uint32_t linux_numbers = 512;
    static constexpr std::uint8_t last = ANTLINUX_COUNTED_CALLS - 1;

    std::uint8_t new_entry_of(std::uint32_t number);

    antlinux_call_counters* calls_ = nullptr;
    std::uint8_t used_ = 0;
    // By Linux's number; 0: it has none yet (entry 0 is the null call's, whose number lies
    // outside).
    std::array<std::uint8_t, linux_numbers> entries_{};
};

// Clears the counters of all cores. Linux does not look at them until they are published.
void clear_counters(antlinux_counters& counters);

// What does not change while they count.
struct CounterHeader {
    std::uint32_t generation = 0; // the table's
    std::uint32_t cores = 0;      // bit n: core n counts
    std::uint32_t tsc_khz = 0;
    std::uint64_t ica_size = 0;
};
void publish_counters(antlinux_counters& counters, const CounterHeader& header);

// ---- Recorded calls: all cores write, and none waits.

// Empties the ring; nothing is recorded until Linux switches it on.
inline void start_trace(antlinux_trace& trace, std::uint32_t tsc_khz) {
    antlinux_store_release(&trace.magic, 0);
    antlinux_store_release(&trace.on, 0);
    trace.version = ANTLINUX_VERSION;
    trace.capacity = ANTLINUX_TRACE_RECORDS;
    trace.tsc_khz = tsc_khz;
    trace.head = 0;
    trace.lost = 0;
    trace.tail = 0;
    // A place whose number is not there yet is not ready.
    for (antlinux_trace_record& record : trace.record)
        record.ready = 0;
    antlinux_store_release(&trace.magic, ANTLINUX_TRACE_MAGIC);
}

// The number of the recording that is on; 0: none.
inline antlinux_u32 recording(const antlinux_trace& trace) {
    return antlinux_load_acquire(&trace.on);
}

// Has fill(record) write a record into the ring, in its place there: the stack is small. Or counts
// it as lost when the ring is full.
template<typename Fill> void put_record(antlinux_trace& trace, Fill fill) {
    antlinux_u32 head = antlinux_load_acquire(&trace.head);
    do {
        // A misbehaving reader may have put its tail anywhere, even beyond the head: that is full.
        if (head - antlinux_load_acquire(&trace.tail) > ANTLINUX_TRACE_RECORDS - 1) {
            __atomic_fetch_add(&trace.lost, 1, __ATOMIC_RELAXED);
            return;
        }
    } while (!__atomic_compare_exchange_n(&trace.head, &head, head + 1, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    antlinux_trace_record& place = trace.record[head % ANTLINUX_TRACE_RECORDS];
    place.ready = head; // no record's number here
    fill(place);
    antlinux_store_release(&place.ready, head + 1);
}

} // namespace ant
