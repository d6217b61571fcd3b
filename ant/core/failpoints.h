// SPDX-License-Identifier: GPL-2.0-only
// Where a process holds its own call (<antlinux/observe/failpoints.h>): at its first stop and its
// last. In an ordinary build: nowhere.
#pragma once

#include <antlinux/observe/stops.h>

#include "ant/base/address.h"

namespace ant::failpoint {

#ifdef ANTLINUX_FAILPOINTS
// The current process sleeps until its call with the LCA there is released, or it is killed.
void hold(PhysicalAddress lca, antlinux_stop stop);
#else
inline void hold(PhysicalAddress /*lca*/, antlinux_stop /*stop*/) {}
#endif

} // namespace ant::failpoint
