// SPDX-License-Identifier: GPL-2.0-only
// How AnT ends after a panic.
#pragma once

#include <cstdint>

namespace ant::mkernel {

// The port of QEMU's isa-debug-exit device, when the command line gave it.
void set_debug_exit_port(std::uint16_t port);

} // namespace ant::mkernel
