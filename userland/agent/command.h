// SPDX-License-Identifier: GPL-2.0-only
// One running command: a shell in a process group of its own, its output in pipes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "userland/common/descriptor.h"
#include "userland/common/errno.h"

namespace antlinux {

class Command {
public:
    // /bin/sh -c, standard input empty.
    static Result<Command> start(const std::string& line);
    Command(Command&&) noexcept = default;
    Command& operator=(Command&&) noexcept = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    ~Command() = default;

    // Both ends of output are non-blocking; closed once their end is reached.
    Descriptor& out() { return out_; }
    Descriptor& err() { return err_; }

    // To the whole group.
    void send_signal(int signal) const;
    // The wait status when the shell has ended; what it left in the background does not count.
    // Commands that were given up earlier are cleared away, too.
    std::optional<int> poll_end() const;

private:
    Command(pid_t pid, Descriptor out, Descriptor err)
        : pid_(pid), out_(std::move(out)), err_(std::move(err)) {}

    pid_t pid_;
    Descriptor out_;
    Descriptor err_;
};

} // namespace antlinux
