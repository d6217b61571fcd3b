// SPDX-License-Identifier: GPL-2.0-only
// An agent in a child process, and the test as its host.
#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "userland/agent/agent.h"

namespace antlinux::test {

inline constexpr int patience_ms = 20000; // a hang detector, no target

// What the frames in `stream` carry.
struct Transcript {
    std::string out, err;
    std::vector<int> ends;
    bool ready = false;
    std::string rest; // a frame that is not complete yet
};

inline Transcript parse(const std::string& stream) {
    Transcript transcript;
    std::size_t at = 0;
    for (;;) {
        const std::size_t line_end = stream.find('\n', at);
        const std::string line = stream.substr(at, line_end - at);
        if (line_end == std::string::npos)
            break;
        const std::string word = line.substr(0, line.find(' '));
        if (word == "ready") {
            transcript.ready = true;
        } else if (word == "end") {
            transcript.ends.push_back(std::stoi(line.substr(4)));
        } else if (word == "out" || word == "err") {
            const std::size_t size = std::stoul(line.substr(4));
            if (stream.size() < line_end + 1 + size)
                break;
            (word == "out" ? transcript.out : transcript.err) += stream.substr(line_end + 1, size);
            at = line_end + 1 + size;
            continue;
        } else {
            ADD_FAILURE() << "no frame: " << line;
            break;
        }
        at = line_end + 1;
    }
    transcript.rest = stream.substr(at);
    return transcript;
}

// The agent in a child process (it changes signal handling), the test being the host.
class AgentTest : public ::testing::Test {
protected:
    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        host_ = ends[0];
        start_agent(ends[1], true);
        ::close(ends[1]);
    }
    void TearDown() override {
        if (host_ >= 0)
            ::close(host_);
        if (agent_ > 0) {
            ::kill(agent_, SIGKILL);
            ::waitpid(agent_, nullptr, 0);
        }
    }
    void start_agent(int port, bool until_hangup) {
        ::fcntl(port, F_SETFL, O_NONBLOCK);
        agent_ = ::fork();
        if (agent_ != 0)
            return;
        if (host_ >= 0)
            ::close(host_);
        Agent agent(port);
        static_cast<void>(agent.run(until_hangup));
        ::_exit(0);
    }

    void send(std::string_view text) const {
        ASSERT_EQ(::write(host_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    // Reads until so many commands have ended.
    Transcript until_ends(std::size_t count) {
        for (;;) {
            Transcript transcript = parse(received_);
            if (transcript.ends.size() >= count || !receive())
                return transcript;
        }
    }
    bool receive() {
        pollfd fd{host_, POLLIN, 0};
        if (::poll(&fd, 1, patience_ms) <= 0) {
            ADD_FAILURE() << "nothing comes any more after: " << received_;
            return false;
        }
        std::array<char, 65536> bytes{};
        const ssize_t got = ::read(host_, bytes.data(), bytes.size());
        if (got > 0)
            received_.append(bytes.data(), static_cast<std::size_t>(got));
        return got > 0;
    }

    int host_ = -1;
    pid_t agent_ = -1;
    std::string received_;
};

} // namespace antlinux::test
