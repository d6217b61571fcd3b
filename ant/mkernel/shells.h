// SPDX-License-Identifier: GPL-2.0-only
// The first process of each console, and its successors.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/process.h"

namespace ant::mkernel {

// antsh on the terminal, antsh --control on the control channel. `script`, unless empty, is the
// name of a file of Linux's: the control channel's first shell serves it before the host.
void start_shells(std::string_view script);

// A process has ended: if it was a console's shell, the console gets a new one.
void restart_shell(ProcessNumber ended, Nanoseconds started, std::uint32_t status);

} // namespace ant::mkernel
