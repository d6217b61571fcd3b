// SPDX-License-Identifier: GPL-2.0-only
// The lock that AnT's cores use.
#pragma once

#include "ant/arch/x86/processor.h"
#include "ant/base/spinlock.h"

namespace ant {

using KernelLock = TicketLock<&x86::pause>;

} // namespace ant
