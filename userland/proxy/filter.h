// SPDX-License-Identifier: GPL-2.0-only
// What a proxy may ask Linux's kernel for: the table of calls, enforced by the kernel itself.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "userland/common/errno.h"

namespace antlinux {

// Of Linux's system calls those of the table (calls.h) are left, and what parent and
// proxy need for themselves; all others fail with EPERM. ENOSYS: this kernel has no such filter,
// and only the executor keeps to the table.
Result<void> keep_to_the_table();

// The program for the kernel's filter (seccomp(2)).
std::vector<sock_filter> table_filter();

} // namespace antlinux
