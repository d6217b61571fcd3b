// SPDX-License-Identifier: GPL-2.0-only
// The chain of callers, by frame pointers, with the names of the embedded symbol table.
#pragma once

#include <cstdint>

#include "ant/base/format.h"

namespace ant::mkernel {

void print_backtrace(Sink& out, std::uint32_t eip, std::uint32_t ebp);

} // namespace ant::mkernel
