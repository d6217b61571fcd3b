// SPDX-License-Identifier: GPL-2.0-only
// What a server does with ICA areas that it did not ask for.
#ifndef ANT_SERVERS_COMMON_AREAS_H
#define ANT_SERVERS_COMMON_AREAS_H

#include <ant/abi/syscall.h>
#include <ant/lib/stdlib.h>

namespace ant {

/// Frees what a client moved here; otherwise a client could fill the server up. (What is lent goes
/// back by itself.)
inline void free_moved_areas(const ant_message& request) {
    for (uint32_t i = 0; i < request.area_count && i < ANT_MESSAGE_AREAS; i++)
        if (request.areas[i].use == ANT_AREA_MOVE)
            static_cast<void>(
                ica_free(reinterpret_cast<void*>(uintptr_t{request.areas[i].address})));
}

} // namespace ant

#endif
