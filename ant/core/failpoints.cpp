// SPDX-License-Identifier: GPL-2.0-only
// See failpoints.h, and linux/failpoints.h for the driver's. Nothing in an ordinary build.
#ifdef ANTLINUX_FAILPOINTS

#include "ant/core/failpoints.h"

#include <antlinux/observe/failpoints.h>

#include "ant/core/core.h"
#include "ant/core/region.h"
#include "ant/linux/failpoints.h"
#include "ant/linux/port.h"

namespace ant {

bool failpoint::is_held(const antlinux_lca& lca, antlinux_stop stop) {
    auto& point = in_region<antlinux_failpoint>(ANTLINUX_FAILPOINT_OFFSET);
    return antlinux_is_held(&point, &lca, stop) != 0;
}

void failpoint::hold(PhysicalAddress lca, antlinux_stop stop) {
    Scheduler& scheduler = this_core().scheduler;
    Process& process = *scheduler.current();
    const PhysicalRange block{lca, sizeof(antlinux_lca)};
    if (!port::may_hold_lca(process, block, false) || !port::process_owns(process, block))
        return; // the driver will refuse it
    while (is_held(port::lca_at(lca), stop) && !process.is_killed()) {
        scheduler.expect(WaitFor::time, port::now() + Scheduler::tick);
        (void)scheduler.wait();
    }
}

} // namespace ant

#endif
