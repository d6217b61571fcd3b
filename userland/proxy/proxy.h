// SPDX-License-Identifier: GPL-2.0-only
// The code of a proxy process: executes the calls of one LCA.
#pragma once

#include <antlinux/areas.h>

#include "userland/common/device.h"

namespace antlinux {

// What a proxy starts with.
struct ProxyStart {
    antlinux_request request;    // its first call
    antlinux_info info;          // where the ICA is
    const antlinux_areas* areas; // who may use it
};

// What a new process does: serves the call, and the next ones as long as the caller says
// "continue". `device` is bound to the LCA.
[[noreturn]] void become_proxy(Device device, const ProxyStart& start);

} // namespace antlinux
