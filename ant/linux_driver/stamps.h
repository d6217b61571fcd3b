// SPDX-License-Identifier: GPL-2.0-only
// Time stamps of a call's way (<antlinux/lca.h>): for the process that asked for them.
#pragma once

#include <antlinux/lca.h>

namespace ant {

inline void stamp(antlinux_lca& lca, std::uint32_t room) {
    if (lca.stamps[ANTLINUX_STAMP_CALL] != 0)
        lca.stamps[room] = static_cast<std::uint32_t>(__builtin_ia32_rdtsc());
}

} // namespace ant
