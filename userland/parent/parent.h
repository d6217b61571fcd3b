// SPDX-License-Identifier: GPL-2.0-only
// The parent process: gets every request and gives it to a proxy (paper section 3.3.3).
#pragma once

#include <antlinux/areas.h>

#include "userland/common/device.h"

namespace antlinux {

class Parent {
public:
    // At most so many proxies at a time. `areas` is mapped for reading, and they inherit it.
    Parent(Device device, antlinux_u32 proxies, const antlinux_areas& areas)
        : device_(std::move(device)), proxies_(proxies), areas_(areas) {}

    // Serves until the driver refuses; returns why.
    Errno run();

private:
    // Each passes the request on and returns the next one.
    Result<antlinux_request> serve(const antlinux_request& request);
    Result<antlinux_request> serve_with_new_proxy(const antlinux_request& request);
    // AnT was started anew: the driver has ended the old one's proxies.
    Result<void> begin_generation(antlinux_u32 generation);
    Result<void> create_proxy(const antlinux_request& request);

    Device device_;
    antlinux_u32 proxies_;
    const antlinux_areas& areas_;
    antlinux_info info_{}; // of the generation served now; all 0 before the first request
    Errno last_failure_{}; // a row of equal ones gets one line in the log
};

} // namespace antlinux
