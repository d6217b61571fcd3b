// SPDX-License-Identifier: GPL-2.0-only
// Messages, one write() each, so that those of several processes do not mix.
#include "userland/common/log.h"

#include <cstdarg>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <string>

#include "userland/common/descriptor.h"

namespace antlinux {
namespace {

const char* program_name = "ant";
int log_fd = STDERR_FILENO;

} // namespace

void log_to(const char* program, int fd) {
    program_name = program;
    log_fd = fd;
}

Result<void> log_without_waiting(const char* program, int fd, int as) {
    // Not a duplicate: O_NONBLOCK would be for all who write to that file.
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const Descriptor own(::open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY));
    if (::dup2(own.is_open() ? own.get() : fd, as) < 0)
        return last_errno();
    log_to(program, as);
    return {};
}

void log_line(const char* message) {
    static_cast<void>(::dprintf(log_fd, "%s: %s\n", program_name, message));
}

void log_error(const char* what, Errno why) {
    static_cast<void>(
        ::dprintf(log_fd, "%s: %s: %s\n", program_name, what, ::strerror(number(why))));
}

} // namespace antlinux

// What ASSERT needs (ant/base/assert.h).
void ant::panic(const char* format, ...) {
    va_list values;
    va_start(values, format);
    static_cast<void>(::vdprintf(antlinux::log_fd, format, values));
    va_end(values);
    static_cast<void>(::dprintf(antlinux::log_fd, "\n"));
    ::abort();
}
