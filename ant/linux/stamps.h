// SPDX-License-Identifier: GPL-2.0-only
// Time stamps of a call's way (<antlinux/lca.h>): for the process that asked for them.
#pragma once

#include <antlinux/lca.h>
#include <cstdint>

namespace ant {

inline std::uint64_t time_stamp() { return __builtin_ia32_rdtsc(); }

inline void stamp(antlinux_lca& lca, std::uint32_t room) {
    if (lca.stamps[ANTLINUX_STAMP_CALL] != 0)
        lca.stamps[room] = static_cast<std::uint32_t>(time_stamp());
}

// Has the rooms leave their stamps though the process did not ask for them: a trace does. What
// earlier calls have left goes away, so that a room which the call does not come by has none.
inline void want_stamps(antlinux_lca& lca) {
    const antlinux_u32 prepared = lca.stamps[ANTLINUX_STAMP_PREPARED];
    const antlinux_u32 asked = lca.stamps[ANTLINUX_STAMP_CALL];
    for (antlinux_u32& room : lca.stamps)
        room = 0;
    lca.proxy = 0;
    // A program that does without libant has prepared it when it calls; 0 would mean off.
    lca.stamps[ANTLINUX_STAMP_PREPARED] =
        prepared != 0 ? prepared : static_cast<antlinux_u32>(time_stamp()) | 1;
    lca.stamps[ANTLINUX_STAMP_CALL] = asked != 0 ? asked : lca.stamps[ANTLINUX_STAMP_PREPARED];
}

// Takes that back when the call is over; a process that asked itself (with a stamp of its own, so
// another one) keeps its stamps.
inline void unwant_stamps(antlinux_lca& lca) {
    if (lca.stamps[ANTLINUX_STAMP_CALL] == lca.stamps[ANTLINUX_STAMP_PREPARED])
        lca.stamps[ANTLINUX_STAMP_CALL] = 0;
}

} // namespace ant
