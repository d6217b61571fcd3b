// SPDX-License-Identifier: GPL-2.0-only
// The fake kernel's server communication and devices; see fake_kernel.h.
#include "fake_kernel.h"

void FakeKernel::reset_servers() {
    spawn_priorities.clear();
    servers.clear();
    messages.clear();
    replies.clear();
    watched.clear();
    watch_error = 0;
    console_server = 0;
    device_calls.clear();
    device_error = 0;
}

intptr_t FakeKernel::server_call(ant_syscall number, uintptr_t first, uintptr_t second) {
    switch (number) {
    case ANT_SYS_CALL_SERVER: {
        const auto server = servers.find(static_cast<int>(first));
        if (server == servers.end())
            return -ESRCH;
        auto& message = *reinterpret_cast<ant_message*>(second);
        message.sender = 1;
        return server->second(message);
    }
    case ANT_SYS_RECEIVE:
        return receive(*reinterpret_cast<ant_message*>(first));
    case ANT_SYS_REPLY:
        replies.emplace_back(static_cast<int>(first),
                             *reinterpret_cast<const ant_message*>(second));
        return 0;
    case ANT_SYS_WATCH:
        watched.push_back(static_cast<int>(first));
        return -watch_error;
    case ANT_SYS_CONSOLE_SERVER:
        return console_server;
    case ANT_SYS_DEVICE_CLAIM:
        return device_call("claim", first);
    case ANT_SYS_DEVICE_MAP:
        return device_call("map " + std::to_string(second), first);
    case ANT_SYS_DEVICE_MASTER:
        return device_call("master " + std::to_string(second), first);
    case ANT_SYS_DEVICE_INTERRUPT:
        return device_call("interrupt", first);
    default:
        return -ENOSYS;
    }
}

intptr_t FakeKernel::receive(ant_message& message) {
    if (messages.empty())
        return -ETIMEDOUT;
    message = messages.front();
    messages.pop_front();
    return 0;
}

intptr_t FakeKernel::device_call(const std::string& what, uintptr_t device) {
    device_calls.push_back(what + " of " + std::to_string(device));
    return -device_error;
}
