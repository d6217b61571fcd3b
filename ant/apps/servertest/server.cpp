// SPDX-License-Identifier: GPL-2.0-only
// The server that servertest's client asks.
#include "peer.h"

#include <algorithm>
#include <ant/lib/linux_call.h>
#include <ant/lib/report.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <numeric>

namespace ant {

namespace {

struct Memory {
    uint32_t kept = 0; // address of an area
    int held = 0;      // a client
    uint32_t ended = 0;
    uint32_t late = 0; // an outcome
};

uint32_t outcome(int result) { return result == 0 ? 0 : static_cast<uint32_t>(last_error); }

/// False: no reply now.
bool grant(ant_message& message, Memory& memory, bool& goes_on) {
    const std::span areas(message.areas, message.area_count);
    uint32_t& argument = message.words[1];
    switch (static_cast<Wish>(message.words[0])) {
    case Wish::echo:
        std::ranges::reverse(message.words);
        break;
    case Wish::sum:
        argument = 0;
        for (const ant_area& area : areas)
            argument = std::accumulate(words_of(area).begin(), words_of(area).end(), argument);
        break;
    case Wish::fill:
        for (const ant_area& area : areas)
            std::ranges::generate(words_of(area), [&argument] { return argument++; });
        break;
    case Wish::keep:
        memory.kept = areas[0].address;
        break;
    case Wish::give_back:
        message.area_count = 0;
        add_area(message, reinterpret_cast<void*>(memory.kept), ANT_AREA_MOVE);
        return true;
    case Wish::free_kept:
        argument = outcome(ica_free(reinterpret_cast<void*>(memory.kept)));
        break;
    case Wish::touch:
        message.area_count = 0;
        if (reply(static_cast<int>(message.sender), message) == 0)
            words_of(message.areas[0])[0] = 1;
        return false;
    case Wish::hold:
        memory.held = static_cast<int>(message.sender);
        return false;
    case Wish::held:
        argument = static_cast<uint32_t>(memory.held);
        break;
    case Wish::answer_held: {
        ant_message late = {};
        late.words[1] = 4711;
        argument = outcome(reply(memory.held, late));
        break;
    }
    case Wish::status:
        argument = static_cast<uint32_t>(-root_status(message.areas[0].address));
        break;
    case Wish::status_late:
        message.area_count = 0;
        if (reply(static_cast<int>(message.sender), message) == 0)
            memory.late = static_cast<uint32_t>(-root_status(message.areas[0].address));
        return false;
    case Wish::late:
        argument = memory.late;
        break;
    case Wish::end:
        goes_on = false;
        return false;
    case Wish::watch:
        argument = outcome(watch(static_cast<int>(argument)));
        break;
    case Wish::ended:
        argument = memory.ended;
        break;
    case Wish::is_names:
        argument = outcome(serve_names());
        break;
    }
    message.area_count = 0;
    return true;
}

} // namespace

int64_t root_status(uint32_t to) {
    LinuxCall linux_call;
    if (const int error = linux_call.prepare(); error != 0)
        return error;
    std::byte* const path = linux_call.payload().data();
    memcpy(path, "/", sizeof("/"));
    return linux_call.call(LinuxNumber::stat, Continue::off, {address_of(path), to});
}

int serve_wishes() {
    Memory memory;
    bool goes_on = true;
    while (goes_on) {
        ant_message message = {};
        if (receive(message) != 0)
            return report("servertest", "receive");
        if (message.kind == ANT_MESSAGE_ENDED)
            memory.ended = message.words[0];
        else if (message.kind == ANT_MESSAGE_REQUEST && grant(message, memory, goes_on) &&
                 reply(static_cast<int>(message.sender), message) != 0)
            return report("servertest", "reply");
    }
    return 0;
}

} // namespace ant
