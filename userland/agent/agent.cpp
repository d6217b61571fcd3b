// SPDX-License-Identifier: GPL-2.0-only
// The agent's loop.
#include "userland/agent/agent.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "userland/common/log.h"

namespace antlinux {
namespace {

constexpr std::size_t output_piece = 16384;
// While more is unsent the command has to wait: the port's speed is the host's.
constexpr std::size_t unsent_limit = 4 * output_piece;
constexpr std::chrono::milliseconds grace_after_interrupt{2000};
constexpr std::chrono::milliseconds absent_host_interval{100};

void nothing(int) {}

timespec to_timespec(std::chrono::nanoseconds time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

bool is_temporary(int error) { return error == EAGAIN || error == EINTR; }

} // namespace

// A child's end must wake ppoll(), and nothing else: the signal is blocked except there, so that
// none is lost between looking and waiting.
Agent::Agent(int port) : port_(port), unsent_(ready_frame) {
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, nullptr);
    ::signal(SIGCHLD, nothing);
    ::signal(SIGPIPE, SIG_IGN);
}

Errno Agent::run(bool until_hangup) {
    for (;;) {
        short port = 0;
        short out = 0;
        short err = 0;
        if (auto waited = wait_for_something(port, out, err); !waited.is_ok())
            return waited.error();

        const bool hung_up = (port & POLLHUP) != 0;
        if (!hung_up)
            host_.seen(); // before any output is looked at: this host may be waiting for it
        // Look for the end before reading: what the shell wrote before it is then in the pipes.
        if (out != 0)
            read_output(Stream::out);
        if (err != 0)
            read_output(Stream::err);
        look_for_end();
        if (kill_at_ && Clock::now() >= *kill_at_)
            interrupt(SIGKILL);

        if ((port & POLLIN) != 0)
            if (auto read = read_port(); !read.is_ok())
                return read.error();
        if (hung_up) {
            if (host_.not_seen(Clock::now()))
                host_left();
            if (until_hangup)
                return Errno{};
            continue;
        }
        if ((port & (POLLERR | POLLNVAL)) != 0)
            return Errno{ENODEV};
        if (auto written = write_port(); !written.is_ok())
            return written.error();
    }
}

Result<void> Agent::wait_for_something(short& port_events, short& out_events, short& err_events) {
    const bool room = unsent_.size() < unsent_limit;
    const int out = command_ && room ? command_->out().get() : -1;
    const int err = command_ && room ? command_->err().get() : -1;
    const auto port_interest = static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT);
    // An absent host makes the port ready with POLLHUP at once: look again a little later.
    std::array<pollfd, 3> files{pollfd{port_, port_interest, 0}, pollfd{out, POLLIN, 0},
                                pollfd{err, POLLIN, 0}};
    std::optional<timespec> limit;
    if (kill_at_)
        limit = to_timespec(std::max<Clock::duration>(*kill_at_ - Clock::now(), {}));
    sigset_t none;
    ::sigemptyset(&none);
    if (!host_.is_seen()) {
        const timespec interval = to_timespec(absent_host_interval);
        // A port that has come back is noticed by the second call, which does not wait.
        static_cast<void>(::ppoll(nullptr, 0, &interval, &none));
        limit = timespec{};
    }
    int ready = ::ppoll(files.data(), files.size(), limit ? &*limit : nullptr, &none);
    // A child has ended. The events are unknown then, and "none" would mean that a host is there.
    if (ready < 0 && is_temporary(errno))
        ready = ::poll(files.data(), files.size(), 0);
    if (ready < 0)
        return last_errno();
    port_events = files[0].revents;
    out_events = files[1].revents;
    err_events = files[2].revents;
    return {};
}

Result<void> Agent::read_port() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(port_, bytes.data(), bytes.size());
    if (got < 0 && !is_temporary(errno))
        return last_errno();
    if (got <= 0)
        return {};
    host_.heard(Clock::now());
    for (const Request& request :
         parser_.feed(std::string_view(bytes.data(), static_cast<std::size_t>(got))))
        std::visit([this](const auto& it) { handle(it); }, request);
    return {};
}

Result<void> Agent::write_port() {
    while (!unsent_.empty()) {
        const ssize_t put = ::write(port_, unsent_.data(), unsent_.size());
        if (put < 0 && errno == EPIPE)
            return {}; // the host has just left; poll() will say so
        if (put < 0 && !is_temporary(errno))
            return last_errno();
        if (put <= 0)
            return {};
        unsent_.erase(0, static_cast<std::size_t>(put));
    }
    return {};
}

void Agent::host_left() {
    parser_.reset();
    if (command_)
        interrupt(SIGKILL);
}

void Agent::handle(const RunRequest& request) {
    // The host runs one at a time: it has given up the other one.
    if (command_) {
        interrupt(SIGKILL);
        finish(128 + SIGKILL);
    }
    auto started = Command::start(request.command);
    if (started.is_ok()) {
        command_ = std::move(started.value());
        return;
    }
    log_error("run", started.error());
    unsent_ += output_frame(Stream::err, "ant-agent: cannot start a process\n");
    finish(126);
}

void Agent::handle(const InterruptRequest&) {
    if (!command_)
        return;
    // The second one is meant.
    interrupt(kill_at_ ? SIGKILL : SIGINT);
}

void Agent::handle(const UnknownRequest& request) {
    const std::string message = "ant-agent: no request: " + request.line.substr(0, 80) + "\n";
    log_line(message.substr(0, message.size() - 1).c_str());
    if (command_)
        return;
    unsent_ += output_frame(Stream::err, message);
    finish(2);
}

void Agent::interrupt(int signal) {
    command_->send_signal(signal);
    if (signal == SIGKILL)
        kill_at_.reset();
    else
        kill_at_ = Clock::now() + grace_after_interrupt;
}

void Agent::read_output(Stream stream) {
    Descriptor& fd = stream == Stream::out ? command_->out() : command_->err();
    std::array<char, output_piece> bytes{};
    const ssize_t got = ::read(fd.get(), bytes.data(), bytes.size());
    if (got > 0 && !host_.is_gone())
        unsent_ +=
            output_frame(stream, std::string_view(bytes.data(), static_cast<std::size_t>(got)));
    else if (got == 0 || (got < 0 && !is_temporary(errno)))
        fd.reset();
}

void Agent::look_for_end() {
    if (!command_)
        return;
    const auto status = command_->poll_end();
    if (!status)
        return;
    // All it wrote is in the pipes by now. A process that it left behind may go on writing, so
    // take what is there and no more.
    for (const Stream stream : {Stream::out, Stream::err}) {
        Descriptor& fd = stream == Stream::out ? command_->out() : command_->err();
        for (std::size_t pieces = 0; fd.is_open() && pieces < 65536 / output_piece; ++pieces) {
            const std::size_t before = unsent_.size();
            read_output(stream);
            if (unsent_.size() == before)
                break;
        }
    }
    finish(exit_status_of(*status));
}

void Agent::finish(int status) {
    unsent_ += end_frame(status);
    command_.reset();
    kill_at_.reset();
}

} // namespace antlinux
