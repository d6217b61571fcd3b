// SPDX-License-Identifier: GPL-2.0-only
// Server communication: requests and replies between processes, on one core and between cores
// (docs/servers.md). Only a server's core touches the server's two lists of requests. The client's
// part is handed over with the messages between the cores.
#pragma once

#include <cstdint>

#include "ant/base/address.h"
#include "ant/core/process.h"

namespace ant {

struct Core;

// ---- What a server receives beside requests. Any core, also from an interrupt handler.
// Interrupt `line` (0..31) of the process has come: a device's, or ANT_CONSOLE_INTERRUPT.
void post_interrupt(Process& server, std::uint32_t line);
// One of its watches has come true.
void post_end(Process& server);

// The server has ended, or nearly: its clients get EPIPE.
enum class Loans : std::uint32_t {
    wait, // clients that have lent something wait: Linux may still be using it
    end,  // all get the answer
};
void refuse_requests(Process& server, Loans loans);

// ---- Messages between cores, see MessageKind.
void take_call(Core& core, Process& client);
void take_withdrawal(Core& core, Process& client);
void take_notice(Core& core, Process& server);

} // namespace ant
