// SPDX-License-Identifier: GPL-2.0-only
// A new process, without what the C library adds for threads and streams.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

namespace antlinux {

/// fork(2) itself. fork() and _Fork() write to memory of the C library's in parent and child, for
/// programs with threads: each page written to is copied by a page fault, in the middle of an
/// AnT process's first call. Only for a program of one thread. Below 0: see errno.
inline pid_t bare_fork() { return static_cast<pid_t>(::syscall(SYS_fork)); }

} // namespace antlinux
