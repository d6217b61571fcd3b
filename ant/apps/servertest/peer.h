// SPDX-License-Identifier: GPL-2.0-only
// What servertest's client and its server say to each other.
#ifndef ANT_APPS_SERVERTEST_PEER_H
#define ANT_APPS_SERVERTEST_PEER_H

#include <ant/lib/server.h>
#include <span>

namespace ant {

enum class Wish : uint32_t {
    echo,        ///< words come back in reverse order
    sum,         ///< words[1]: the sum of all words of the request's areas
    fill,        ///< fills the request's areas with words[1], words[1] + 1, ...
    keep,        ///< remembers the request's area 0 for the wishes below
    give_back,   ///< moves that area back
    free_kept,   ///< frees it; words[1]: how that went
    touch,       ///< replies, then writes to area 0 of the request, which was lent
    hold,        ///< does not reply; remembers the client
    held,        ///< words[1]: the number of the client on hold, or 0
    answer_held, ///< replies to the client on hold; words[1]: how that went
    status,      ///< has Linux write the status of / into area 0; words[1]: how that went
    status_late, ///< the same, but only after the reply
    late,        ///< words[1]: how that went
    end,         ///< ends without a reply
    watch,       ///< watches process words[1]; words[1]: how that went
    ended,       ///< words[1]: the number of the last watched process that ended
    is_names,    ///< becomes ANT_SERVER_NAMES; words[1]: how that went
};

/// A message with this wish in words[0] and one argument in words[1].
inline ant_message wish_for(Wish wish, uint32_t argument = 0) {
    ant_message message = {};
    message.words[0] = static_cast<uint32_t>(wish);
    message.words[1] = argument;
    return message;
}

inline void add_area(ant_message& message, const void* area, ant_area_use use) {
    message.areas[message.area_count++] = {
        .address = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(area)),
        .size = 0,
        .use = static_cast<uint32_t>(use)};
}

inline std::span<uint32_t> words_of(const ant_area& area) {
    return {reinterpret_cast<uint32_t*>(static_cast<uintptr_t>(area.address)), area.size / 4};
}

/// Has Linux write the status of / to this address. 0, or minus an errno.
int64_t root_status(uint32_t to);

/// Serves wishes until Wish::end.
int serve_wishes();

} // namespace ant

#endif
