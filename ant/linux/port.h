// SPDX-License-Identifier: GPL-2.0-only
// What the Linux-cooperation driver needs of the kernel around it. core/linux_call.cpp defines it,
// in the unit tests a fake does. The driver calls all of it on the process's own core.
#pragma once

#include <antlinux/lca.h>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/base/time.h"

namespace ant {

struct Process; // the kernel's; the driver only keeps it

namespace port {

ProcessNumber number_of(const Process& process);

// Where the kernel sees an LCA. Asked only for LCAs that lie wholly inside the ICA.
antlinux_lca& lca_at(PhysicalAddress address);

// Does the range lie in ICA pages that the running process has mapped? The user bit in its page
// table tells, since a process has its own ICA areas mapped and no others.
bool process_owns(Process& process, PhysicalRange range);

// May a new LCA lie in such a range? It must lie inside one area, since an area changes hands as a
// whole. A proxy is kept only for an area of the process's own: a borrowed one goes back to its
// owner while the proxy lives.
bool may_hold_lca(const Process& process, PhysicalRange range, bool keeps_proxy);

// Since AnT's start.
Nanoseconds now();

// A fixed, physical-mode IPI.
void send_ipi(CoreNumber to, Vector vector);

// The call that submit() accepted is over: wakes the process. The value is what linux_call()
// returns: 0 when the LCA's retval is valid.
void call_finished(Process& process, Result<void> outcome);

// What end_process() or release() postponed is done: Linux does not use that memory any more.
void released(Process& process);

// Linux has broken the protocol in the table: a line for the log.
void linux_misbehaved(const char* what, std::uint64_t value);

} // namespace port
} // namespace ant
