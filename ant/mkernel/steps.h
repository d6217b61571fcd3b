// SPDX-License-Identifier: GPL-2.0-only
// The m-kernel's long work, in steps. It serves with interrupts off, so nothing that it does at
// once may take long: what depends on how much a process wants is divided, and between two steps
// interrupts come in and other requests are served. On the m-kernel's core only.
#pragma once

#include "ant/core/process.h"

namespace ant::mkernel {

// What one step may do: so many page frames given or taken back, or page tables looked through.
inline constexpr PageCount pages_per_step{16};
inline constexpr std::uint32_t tables_per_step = 2;

// Calls step(process) once more, as soon as interrupts have come in.
void continue_later(void (*step)(Process&), Process& process);

// The next of these; each message interrupt ends with one.
void do_next_step();

} // namespace ant::mkernel
