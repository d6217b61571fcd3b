// SPDX-License-Identifier: GPL-2.0-only
// What the Linux-cooperation driver needs of the kernel around it.
#pragma once

#include <antlinux/lca.h>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// The kernel implements it once; the unit tests play the kernel, and Linux, with another.
class LinuxDriverPlatform {
public:
    // The kernel's way to an LCA; asked only for LCAs that lie wholly inside the ICA.
    virtual antlinux_lca& lca_at(PhysicalAddress address) = 0;

    // Does the range lie in ICA pages that this process, which runs on the calling core, has
    // mapped? (The user bit of its page table says so: paging shows a process its own ICA areas
    // only.)
    virtual bool process_owns(ProcessNumber process, PhysicalRange range) = 0;

    // Such a range, where Linux knows no LCA yet: may one be there? It must lie inside one area,
    // which changes hands as a whole; and a proxy is kept only for the process's own area: one
    // that it has borrowed is its owner's again while the proxy lives.
    virtual bool may_hold_lca(ProcessNumber process, PhysicalRange range, bool keeps_proxy) = 0;

    // A fixed, physical-mode IPI.
    virtual void send_ipi(CoreNumber to, Vector vector) = 0;

    // The call that submit() accepted is over: wake the process. The value is what linux_call()
    // returns: 0 when the LCA's retval is valid. Called on `core`.
    virtual void call_finished(CoreNumber core, ProcessNumber process, Result<void> outcome) = 0;

    // What end_process() or release() postponed is done: Linux will touch that memory no more.
    // Called on `core`.
    virtual void released(CoreNumber core, ProcessNumber process) = 0;

    // Linux put something into the table that it must not: worth a line in the log.
    virtual void linux_misbehaved(CoreNumber core, const char* what, std::uint64_t value) = 0;

protected:
    ~LinuxDriverPlatform() = default;
};

} // namespace ant
