// SPDX-License-Identifier: GPL-2.0-only
// Thin wrappers of the system calls for server communication; see server.h.
#include <ant/lib/server.h>
#include <ant/lib/system_call.h>

namespace ant {

int call_server(int server, ant_message& message) {
    return posix_call<SystemCall::call_server>(process_number(server), &message);
}

int receive(ant_message& message, uint64_t nanoseconds) {
    return posix_call<SystemCall::receive>(&message, Nanoseconds{nanoseconds});
}

int reply(int client, const ant_message& message) {
    return posix_call<SystemCall::reply>(process_number(client), &message);
}

int watch(int process) { return posix_call<SystemCall::watch>(process_number(process)); }

int serve_names() { return posix_call<SystemCall::serve>(ANT_SERVER_NAMES); }

} // namespace ant
