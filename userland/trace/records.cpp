// SPDX-License-Identifier: GPL-2.0-only
// The reader's side of the ring. AnT's cores may have written anything there: nothing is believed.
#include "userland/trace/records.h"

#include <antlinux/lca.h>
#include <antlinux/ring.h>

#include <algorithm>
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

// Printable characters without blanks and commas as they are, and all others as \OOO.
void add_escaped(std::string& text, std::string_view bytes) {
    for (const char c : bytes) {
        if (c > ' ' && c <= '~' && c != ',' && c != '\\') {
            text += c;
            continue;
        }
        const auto value = static_cast<unsigned char>(c);
        text += '\\';
        for (const int shift : {6, 3, 0})
            text += static_cast<char>('0' + (value >> shift & 7));
    }
}

// "0:/from,1:/to": the arguments that are paths, as far as they were kept; \. is behind one that
// was not kept to its end.
std::string texts_of(const antlinux_trace_record& record) {
    std::string texts;
    const Call* const call = find_call(record.syscallno);
    if (call == nullptr)
        return texts;
    const std::string_view kept{record.text,
                                std::min<std::size_t>(record.text_bytes, sizeof record.text)};
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
        const std::uint64_t offset = record.args[i] - record.lca - sizeof(antlinux_lca);
        if (call->arguments[i].kind != Argument::Kind::path || offset >= kept.size())
            continue;
        const std::string_view rest = kept.substr(offset);
        texts += (texts.empty() ? "" : ",") + std::to_string(i) + ":";
        add_escaped(texts, rest.substr(0, rest.find('\0')));
        if (rest.find('\0') == std::string_view::npos)
            texts += "\\.";
    }
    return texts;
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
    add("texts", texts_of(record));
    add("name", process_name(record));
    return line;
}

} // namespace antlinux
