// SPDX-License-Identifier: GPL-2.0-only
// The reader's side of the ring. AnT's cores may have written anything there: nothing is believed.
#include "userland/trace/records.h"

#include <antlinux/ring.h>
#include <string_view>

#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

template<typename T, std::size_t Count> std::string list_of(const T (&values)[Count]) {
    std::string text;
    for (const T value : values)
        text += (text.empty() ? "" : ",") + std::to_string(value);
    return text;
}

// One line stays one line.
std::string process_name(const antlinux_trace_record& record) {
    std::string name;
    for (const char c : record.name) {
        if (c == '\0')
            break;
        name += c >= ' ' && c <= '~' ? c : '?';
    }
    return name;
}

} // namespace

Result<Recorded> take_records(antlinux_trace& trace) {
    if (antlinux_load_acquire(&trace.magic) != ANTLINUX_TRACE_MAGIC)
        return Errno{ENODATA};
    if (trace.version != ANTLINUX_VERSION || trace.capacity != ANTLINUX_TRACE_RECORDS)
        return Errno{EPROTO};
    const antlinux_u32 head = antlinux_load_acquire(&trace.head);
    antlinux_u32 tail = antlinux_load_acquire(&trace.tail);
    if (head - tail > ANTLINUX_TRACE_RECORDS)
        return Errno{EPROTO};
    Recorded recorded;
    recorded.records.reserve(head - tail);
    for (; tail != head; ++tail) {
        const antlinux_trace_record& place = trace.record[tail % ANTLINUX_TRACE_RECORDS];
        if (antlinux_load_acquire(&place.ready) == tail + 1)
            recorded.records.push_back(place);
        else
            ++recorded.lost;
    }
    antlinux_store_release(&trace.tail, tail);
    recorded.lost += antlinux_load_acquire(&trace.lost);
    return recorded;
}

std::string line_of(const antlinux_trace_record& record) {
    std::string line;
    const auto add = [&](std::string_view name, const std::string& value) {
        line.append(line.empty() ? "" : " ").append(name).append("=").append(value);
    };
    add("called", std::to_string(record.called));
    add("returned", std::to_string(record.returned));
    add("core", std::to_string(record.core));
    add("process", std::to_string(record.process));
    add("lca", std::to_string(record.lca));
    add("sequence", std::to_string(record.sequence));
    add("call", call_name(record.syscallno));
    add("args", list_of(record.args));
    add("retval", std::to_string(record.retval));
    add("cflag", std::to_string(record.cflag));
    add("proxy", std::to_string(record.stamps.proxy));
    add("stamps", list_of(record.stamps.stamp));
    add("name", process_name(record));
    return line;
}

} // namespace antlinux
