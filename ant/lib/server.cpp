// SPDX-License-Identifier: GPL-2.0-only
// Thin wrappers of the system calls for server communication; see server.h.
#include <ant/lib/posix_call.h>
#include <ant/lib/server.h>
#include <ant/lib/system_call.h>

namespace ant {

int call_server(int server, ant_message& message) {
    return posix_call(ANT_SYS_CALL_SERVER, static_cast<uintptr_t>(server), address_of(&message));
}

int receive(ant_message& message, uint64_t nanoseconds) {
    return posix_call(ANT_SYS_RECEIVE, address_of(&message), static_cast<uint32_t>(nanoseconds),
                      static_cast<uint32_t>(nanoseconds >> 32));
}

int reply(int client, const ant_message& message) {
    return posix_call(ANT_SYS_REPLY, static_cast<uintptr_t>(client), address_of(&message));
}

int watch(int process) { return posix_call(ANT_SYS_WATCH, static_cast<uintptr_t>(process)); }

int serve_names() { return posix_call(ANT_SYS_SERVE_NAMES); }

} // namespace ant
