// SPDX-License-Identifier: GPL-2.0-only
// Executes the system call that an LCA asks for.
#pragma once

#include <antlinux/lca.h>

#include "userland/proxy/ica.h"

namespace antlinux {

// The proxy's own descriptors (its /dev/ant, the log). They stand above those that AnT's
// processes get, so that the first open() gives 3, and below 64, so that Linux need not
// enlarge the table of descriptors. To AnT they do not exist.
inline constexpr int log_descriptor = 62;
inline constexpr int device_descriptor = 63; // the parent's, then the proxy's own in its place
inline constexpr int first_own_descriptor = log_descriptor;

// The driver interrupts a call whose caller has no patience any more with SIGUSR1, once in each
// tick until it ends (<antlinux/lca.h>, ANTLINUX_ENTRY_INTERRUPT). For the parent: proxies inherit
// it.
Result<void> prepare_interrupts();

// What linux_call() delivers in retval: a result, or minus an errno. `call` is the caller's
// copy of the LCA: AnT can write to the original at any time. `files` counts the caller's open
// ones, rather too many than too few: the descriptors 0 to 2 are not the caller's at first, so that
// closing one of them does not count.
antlinux_s64 execute(const antlinux_lca& call, const Ica& ica, int& files);

} // namespace antlinux
