// SPDX-License-Identifier: GPL-2.0-only
// The fake kernel's server communication and devices; see fake_kernel.h.
#include "fake_kernel.h"

using ant::SystemCall;

void FakeKernel::reset_servers() {
    spawn_priorities.clear();
    spawn_rights.clear();
    servers.clear();
    messages.clear();
    replies.clear();
    watched.clear();
    watch_error = 0;
    console_server = 0;
    device_calls.clear();
    device_error = 0;
}

intptr_t FakeKernel::server_call(ant::SystemCall number, uintptr_t first, uintptr_t second) {
    switch (number) {
    case SystemCall::call_server: {
        auto& message = *reinterpret_cast<ant_message*>(second);
        message.sender = static_cast<uint32_t>(running_);
        if (running_ != 1 && first == 1) {
            for (ant_area& area : std::span(message.areas, message.area_count))
                area.size = static_cast<uint32_t>(ica_[area.address]);
            messages.push_back(message);
            return 0;
        }
        const auto server = servers.find(static_cast<int>(first));
        if (server == servers.end())
            return -ESRCH;
        return server->second(message);
    }
    case SystemCall::receive:
        return receive(*reinterpret_cast<ant_message*>(first));
    case SystemCall::reply:
        replies.emplace_back(static_cast<int>(first),
                             *reinterpret_cast<const ant_message*>(second));
        return 0;
    case SystemCall::watch:
        watched.push_back(static_cast<int>(first));
        return -watch_error;
    case SystemCall::console_server:
        return console_server;
    case SystemCall::device_claim:
        return device_call("claim", first);
    case SystemCall::device_map:
        return device_call("map " + std::to_string(second), first);
    case SystemCall::device_master:
        return device_call("master " + std::to_string(second), first);
    case SystemCall::device_interrupt:
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
