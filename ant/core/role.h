// SPDX-License-Identifier: GPL-2.0-only
// What the m-kernel and the p-kernel do differently: each has a role.cpp of its own. Everything
// else in ant/core is the same object code in both images.
#pragma once

#include <cstdint>

#include "ant/arch/x86/clock.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

struct Core;
struct Message;
struct Process;

namespace role {

// Messages for the m-kernel: requests and ends. A p-kernel gets none.
void take_message(Core& core, const Message& message);

// At the end of each message interrupt: a step of work that takes several.
void do_next_step();

// Work of its own on the timer, and when it wants the next interrupt for it.
void on_timer();
Nanoseconds next_alarm();

// A zeroed page of the process's stack: the m-kernel's own, or asked for. ENOMEM.
Result<void> add_stack_page(Process& process, VirtualAddress page);

} // namespace role

} // namespace ant
