// SPDX-License-Identifier: GPL-2.0-only
// What a panic prints, and how AnT ends after it.
#pragma once

#include <cstdint>

#include "ant/base/format.h"

namespace ant::mkernel {

// The port of QEMU's isa-debug-exit device, when the command line gave it.
void set_debug_exit_port(std::uint16_t port);

// The chain of callers, by frame pointers, with the names of the embedded symbol table.
void print_backtrace(Sink& out, std::uint32_t eip, std::uint32_t ebp);

} // namespace ant::mkernel
