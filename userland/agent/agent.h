// SPDX-License-Identifier: GPL-2.0-only
// The service behind the control channel: runs the host's commands one at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "userland/agent/command.h"
#include "userland/agent/host_presence.h"
#include "userland/agent/protocol.h"

namespace antlinux {

// The port's other end may come and go; while nobody is there the port says so (POLLHUP). The
// byte stream goes on all the same: frames stay whole, and each `run` has its one `end`. But a
// command whose host has left is ended, and what it still writes is thrown away.
class Agent {
public:
    // Blocks SIGCHLD except in the moments when the agent waits. `port` is non-blocking.
    explicit Agent(int port);

    // Serves until the port fails, or, if asked, until the host has left; returns why.
    Errno run(bool until_hangup = false);

private:
    using Clock = HostPresence::Clock;

    Result<void> wait_for_something(short& port_events, short& out_events, short& err_events);
    Result<void> read_port();
    Result<void> write_port();
    void host_left();
    void handle(const RunRequest& request);
    void handle(const InterruptRequest& request);
    void handle(const UnknownRequest& request);
    // SIGINT first, SIGKILL when that did not help.
    void interrupt(int signal);
    void read_output(Stream stream);
    void look_for_end();
    void finish(int status);

    int port_;
    RequestParser parser_;
    std::string unsent_;
    std::optional<Command> command_;
    std::optional<Clock::time_point> kill_at_;
    HostPresence host_;
};

} // namespace antlinux
