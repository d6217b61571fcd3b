// SPDX-License-Identifier: GPL-2.0-only
// What AnT says about one process.
#ifndef ANT_APPS_COMMON_FIND_PROCESS_H
#define ANT_APPS_COMMON_FIND_PROCESS_H

#include <ant/lib/process.h>

namespace ant {

/// False: AnT has no process with this number any more.
[[nodiscard]] inline bool find_process(int process, ant_process_info& info) {
    for (uint32_t index = 0; process_info(index, &info) == 0; index++)
        if (info.pid == static_cast<uint32_t>(process))
            return true;
    return false;
}

} // namespace ant

#endif
