// SPDX-License-Identifier: GPL-2.0-only
// Recorded calls as Linux reads them, with any bytes in the ring: as many records as its counters
// say, each one line of printable text, and an empty ring afterwards.
#include <memory>

#include "tests/fuzz/fuzz.h"
#include "userland/trace/records.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    static const auto trace = std::make_unique<antlinux_trace>();
    trace->magic = ANTLINUX_TRACE_MAGIC;
    trace->version = ANTLINUX_VERSION;
    trace->capacity = ANTLINUX_TRACE_RECORDS;
    if (input.below(8) == 0)
        fuzz::spoil_word(input, trace.get(), offsetof(antlinux_trace, record));
    trace->tail = input.take<std::uint32_t>();
    trace->head = trace->tail + input.take<std::uint16_t>();
    trace->lost = input.take<std::uint32_t>();
    for (std::uint32_t place = trace->tail; !input.is_empty(); ++place) {
        antlinux_trace_record& record = trace->record[place % ANTLINUX_TRACE_RECORDS];
        const bool is_complete = input.below(4) != 0;
        record = input.take<antlinux_trace_record>();
        if (is_complete)
            record.ready = place + 1;
    }

    const antlinux_u32 filled = trace->head - trace->tail;
    const auto recorded = antlinux::take_records(*trace);
    if (recorded.is_error())
        return 0;
    ASSERT(filled <= ANTLINUX_TRACE_RECORDS);
    // The counter may wrap.
    const antlinux_u32 lost = recorded.value().lost - trace->lost;
    ASSERT(recorded.value().records.size() + lost == filled);
    ASSERT(trace->tail == trace->head);
    for (const antlinux_trace_record& record : recorded.value().records)
        for (const char c : antlinux::line_of(record)) {
            ASSERT(c >= ' ');
            ASSERT(c <= '~');
        }
    return 0;
}
