// SPDX-License-Identifier: GPL-2.0-only
// The rare parts of counting and recording: the start, and the first call with a number.
#include "ant/linux/observe.h"

namespace ant {

void CallCounters::open(antlinux_core_counters& counters) {
    counters = {};
    for (antlinux_call_counters& call : counters.call)
        call.syscallno = ANTLINUX_COUNTED_NONE;
    calls_ = counters.call;
    calls_[0].syscallno = ANTLINUX_CALL_NULL;
    calls_[last].syscallno = ANTLINUX_COUNTED_OTHER;
    used_ = 1;
    entries_ = {};
}

std::uint8_t CallCounters::new_entry_of(std::uint32_t number) {
    if (number == ANTLINUX_CALL_NULL)
        return 0;
    if (number >= entries_.size() || used_ == last)
        return last;
    const std::uint8_t entry = used_++;
    entries_[number] = entry;
    // Last (release): a reader that sees the number finds its counters at 0.
    antlinux_store_release(&calls_[entry].syscallno, number);
    return entry;
}

void clear_counters(antlinux_counters& counters) {
    antlinux_store_release(&counters.magic, 0);
    counters.version = 0;
    counters.generation = 0;
    counters.cores = 0;
    counters.tsc_khz = 0;
    counters.started = 0;
    counters.ica_size = 0;
    counters.ica_free = 0;
    for (antlinux_core_counters& core : counters.core)
        core = {};
}

void publish_counters(antlinux_counters& counters, const CounterHeader& header) {
    counters.version = ANTLINUX_VERSION;
    counters.generation = header.generation;
    counters.cores = header.cores;
    counters.tsc_khz = header.tsc_khz;
    counters.ica_size = header.ica_size;
    counters.started = time_stamp();
    antlinux_store_release(&counters.magic, ANTLINUX_COUNTERS_MAGIC);
}

} // namespace ant
