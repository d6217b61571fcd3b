// SPDX-License-Identifier: GPL-2.0-only
// Server communication: requests to other processes and their replies, interrupts
// and notices as messages. docs/servers.md explains it. All functions return -1
// and set last_error on failure.
#ifndef ANT_LIB_SERVER_H
#define ANT_LIB_SERVER_H

#include <ant/abi/syscall.h>
#include <cstddef>
#include <cstdint>

namespace ant {

/// Sends a request to a process and waits for its reply, which takes the request's
/// place in `message`. Areas that were lent are back then; those that were moved
/// are the server's, and areas in the reply are this process's. Returns 0.
///   ESRCH   there is no such process; nothing has moved
///   EPIPE   it ended before it replied, or did not want the request's areas; what it
///           had already received as moved is lost with it
///   EINVAL  an area is not this process's ICA area, is named twice, or has no use; or
///           one that is moved holds `message` itself
///   EBUSY   an area holds an LCA that Linux knows (LinuxCall::end_proxy() first)
///   EDEADLK the process itself
///   ENOMEM  no page table left for an area, here or there
///   EFAULT  message is not writable memory
/// A process that is killed waits no longer; its lent areas are freed when the
/// server replies.
[[nodiscard]] int call_server(int server, ant_message& message);

/// Waits for the next message: a request, interrupts, or a watched process's end.
/// Interrupts come first, then ends, then requests in the order they were sent.
/// Returns 0. ETIMEDOUT: nothing came within that many nanoseconds (0: asks only).
[[nodiscard]] int receive(ant_message& message, uint64_t nanoseconds = ANT_FOR_EVER);

/// Answers the request of that client (the `sender` of receive()), in any order and
/// at any time. Words and moved areas of `message` go to the client; what it lent
/// is no longer accessible here. Does not block. Returns 0. ESRCH: the client does
/// not wait for this process (it was killed): areas of the reply stay here. EINVAL,
/// EBUSY, EFAULT as above, and the client waits on.
[[nodiscard]] int reply(int client, const ant_message& message);

/// Asks for a message ANT_MESSAGE_ENDED when that process ends, once. ESRCH: there
/// is none (any more).
[[nodiscard]] int watch(int process);

/// Makes this process the server with the number ANT_SERVER_NAMES, until it ends.
/// EBUSY: there is one.
[[nodiscard]] int serve_names();

} // namespace ant

#endif
