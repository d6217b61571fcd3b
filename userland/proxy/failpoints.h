// SPDX-License-Identifier: GPL-2.0-only
// Where a proxy holds its call (<antlinux/observe/failpoints.h>). In an ordinary build: nowhere.
#pragma once

#include <antlinux/observe/stops.h>

#include "userland/common/device.h"

#ifdef ANTLINUX_FAILPOINTS
#include <antlinux/observe/failpoints.h>
#endif

namespace antlinux {

// Returns when the call, which has come to this stop, is not to stay there, or no longer.
inline void hold([[maybe_unused]] const Device& device, [[maybe_unused]] antlinux_stop stop) {
#ifdef ANTLINUX_FAILPOINTS
    static_cast<void>(::ioctl(device.fd(), ANT_HOLD, stop));
#endif
}

} // namespace antlinux
