// SPDX-License-Identifier: GPL-2.0-only
// AnT's counters (include/antlinux/observe/counters.h) as lines "NAME VALUE"
// (docs/seeing-calls.md).
#pragma once

#include <antlinux/observe/counters.h>

#include <string>

#include "userland/common/errno.h"

namespace antlinux {

// All that has been counted so far; what is 0 in a call's entry is left out. ENODATA: the OS beside
// Linux keeps no counters (`generation`: the table's, so that those of another one do not count);
// EPROTO: not ones that we understand.
Result<std::string> facts_of(const antlinux_counters& counters, antlinux_u32 generation);

} // namespace antlinux
