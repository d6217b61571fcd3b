// SPDX-License-Identifier: GPL-2.0-only
// Thin wrappers of the system calls for server communication; see server.h.
#include <ant/lib/errno.h>
#include <ant/lib/server.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

int posix_call(ant_syscall number, uintptr_t first = 0, uintptr_t second = 0, uintptr_t third = 0) {
    return static_cast<int>(posix_result(system_call(number, first, second, third)));
}

} // namespace

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
