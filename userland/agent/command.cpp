// SPDX-License-Identifier: GPL-2.0-only
// Starting and watching one command.
#include "userland/agent/command.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace antlinux {
namespace {

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return last_errno();
    Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    // Only our end: the command expects a pipe that blocks.
    if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
        return last_errno();
    return pipe;
}

// In front of the line, and part of it, so that the shell still counts from 1.
constexpr const char* with_our_commands = "[ ! -r /etc/commands ] || . /etc/commands; ";

[[noreturn]] void become_shell(const std::string& line, int out, int err) {
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const int null = ::open("/dev/null", O_RDONLY);
    if (null < 0 || ::dup2(null, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
        ::dup2(err, STDERR_FILENO) < 0)
        ::_exit(126);
    const std::string commands = with_our_commands + line;
    ::execl("/bin/sh", "sh", "-c", commands.c_str(), nullptr);
    ::_exit(127);
}

} // namespace

Result<Command> Command::start(const std::string& line) {
    auto out = make_pipe();
    if (!out.is_ok())
        return out.error();
    auto err = make_pipe();
    if (!err.is_ok())
        return err.error();
    const pid_t pid = ::fork();
    if (pid < 0)
        return last_errno();
    if (pid == 0)
        become_shell(line, out.value().write_end.get(), err.value().write_end.get());
    // In both processes, so that the group exists whichever runs first.
    ::setpgid(pid, pid);
    return Command(pid, std::move(out.value().read_end), std::move(err.value().read_end));
}

void Command::send_signal(int signal) const { static_cast<void>(::kill(-pid_, signal)); }

std::optional<int> Command::poll_end() const {
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0)
        if (ended == pid_)
            return status;
    return std::nullopt;
}

} // namespace antlinux
