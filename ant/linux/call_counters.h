// SPDX-License-Identifier: GPL-2.0-only
// The finished calls of one core by system call and by how long they took (<antlinux/counters.h>).
// Always on, and on the way of every call: so a few instructions, and no search.
#pragma once

#include <antlinux/counters.h>
#include <array>
#include <bit>
#include <cstdint>

namespace ant {

// The bucket that a length in ticks belongs to.
constexpr std::uint32_t bucket_of(std::uint64_t ticks) {
    const auto bucket = static_cast<std::uint32_t>(std::bit_width(ticks | 1)) - 1;
    return bucket < ANTLINUX_BUCKETS ? bucket : ANTLINUX_BUCKETS - 1;
}

class CallCounters {
public:
    constexpr CallCounters() = default;

    // Begins anew, all counters 0. The memory stays in use.
    void open(antlinux_core_counters& counters);

    // Where calls with this number are counted; any number will do. Once for each call, since its
    // process may change the LCA at any time.
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

// Empties what all cores count into; nobody on Linux looks at it until it is published.
void clear_counters(antlinux_counters& counters);

// What does not change while they count.
struct CounterHeader {
    std::uint32_t generation = 0; // the table's
    std::uint32_t cores = 0;      // bit n: core n counts
    std::uint32_t tsc_khz = 0;
    std::uint64_t ica_size = 0;
};
void publish_counters(antlinux_counters& counters, const CounterHeader& header);

} // namespace ant
