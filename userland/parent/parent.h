// SPDX-License-Identifier: GPL-2.0-only
// The parent process: gets every request and gives it to a proxy (paper section 3.3.3).
#pragma once

#include "userland/common/device.h"
#include "userland/parent/proxy_table.h"

namespace antlinux {

class Parent {
public:
    Parent(Device device, ProxyTable table)
        : device_(std::move(device)), table_(std::move(table)) {}

    // Serves until the driver refuses; returns why.
    Errno run();

private:
    // Each passes the request on and returns the next one.
    Result<antlinux_request> serve(const antlinux_request& request);
    Result<antlinux_request> serve_with_new_proxy(const antlinux_request& request,
                                                  ProxyTable::Slot* slot);
    // AnT was started anew: the driver has ended the old one's proxies.
    Result<void> begin_generation(antlinux_u32 generation);
    // A slot for a proxy that is not there yet; nullptr: too many proxies.
    ProxyTable::Slot* slot_for(PhysicalAddress lca);
    Result<void> create_proxy(const antlinux_request& request, ProxyTable::Slot* slot);
    Result<void> start_proxy(const antlinux_request& request, ProxyTable::Slot& slot);

    Device device_;
    ProxyTable table_;
    antlinux_info info_{}; // of the generation served now; all 0 before the first request
    Errno last_failure_{}; // a row of equal ones gets one line in the log
};

} // namespace antlinux
