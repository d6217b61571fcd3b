// SPDX-License-Identifier: GPL-2.0-only
// In place of userland/common/system_call.h: system calls end in the fuzz target, which plays
// Linux.
#pragma once

#include <array>

#include "userland/common/errno.h"

namespace antlinux {

// What Linux would return: minus an errno for an error.
long played_system_call(long call, const std::array<long, 6>& arguments);

template<typename... Words> Result<long> system_call(long call, Words... words) {
    const long result = played_system_call(call, {words...});
    if (result < 0 && result >= -4095)
        return Errno{static_cast<int>(-result)};
    return result;
}

} // namespace antlinux
