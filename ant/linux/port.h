// SPDX-License-Identifier: GPL-2.0-only
// What the Linux-cooperation driver needs of the kernel around it: core/linux_call.cpp defines it,
// and in the unit tests a fake does. All of it is called on the process's own core.
#pragma once

#include <antlinux/lca.h>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

struct Process; // the kernel's; the driver only keeps it

namespace port {

ProcessNumber number_of(const Process& process);

// The kernel's way to an LCA; asked only for LCAs that lie wholly inside the ICA.
antlinux_lca& lca_at(PhysicalAddress address);

// Does the range lie in ICA pages that the running process has mapped? (The user bit of its page
// table says so: paging shows a process its own ICA areas only.)
bool process_owns(Process& process, PhysicalRange range);

// Such a range, where Linux knows no LCA yet: may one be there? It must lie inside one area, which
// changes hands as a whole; and a proxy is kept only for the process's own area: one that it has
// borrowed is its owner's again while the proxy lives.
bool may_hold_lca(const Process& process, PhysicalRange range, bool keeps_proxy);

// A fixed, physical-mode IPI.
void send_ipi(CoreNumber to, Vector vector);

// The call that submit() accepted is over: wake the process. The value is what linux_call()
// returns: 0 when the LCA's retval is valid.
void call_finished(Process& process, Result<void> outcome);

// What end_process() or release() postponed is done: Linux will touch that memory no more.
void released(Process& process);

// Linux put something into the table that it must not: worth a line in the log.
void linux_misbehaved(const char* what, std::uint64_t value);

} // namespace port
} // namespace ant
