// SPDX-License-Identifier: GPL-2.0-only
// AnT's side of the recorded calls (<antlinux/trace.h>): many cores write, none waits.
#pragma once

#include <antlinux/ring.h>
#include <antlinux/trace.h>
#include <cstdint>

#include "ant/base/assert.h"

namespace ant {

// Empties it; nothing is recorded until Linux switches it on.
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

// Which recording is on; 0: none.
inline antlinux_u32 recording(const antlinux_trace& trace) {
    return antlinux_load_acquire(&trace.on);
}

// Writes a record into the ring, or counts it as lost when the ring is full. Its
// `ready` must be 0.
inline void put_record(antlinux_trace& trace, const antlinux_trace_record& record) {
    ASSERT(record.ready == 0);
    antlinux_u32 head = antlinux_load_acquire(&trace.head);
    do {
        // A misbehaving reader may have put its tail anywhere, even beyond the head: full, then.
        if (head - antlinux_load_acquire(&trace.tail) > ANTLINUX_TRACE_RECORDS - 1) {
            __atomic_fetch_add(&trace.lost, 1, __ATOMIC_RELAXED);
            return;
        }
    } while (!__atomic_compare_exchange_n(&trace.head, &head, head + 1, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    antlinux_trace_record& place = trace.record[head % ANTLINUX_TRACE_RECORDS];
    place = record; // with a `ready` of 0: no place's number
    antlinux_store_release(&place.ready, head + 1);
}

} // namespace ant
