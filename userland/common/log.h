// SPDX-License-Identifier: GPL-2.0-only
// One line per trouble, to where the program's messages go.
#pragma once

#include "userland/common/errno.h"

namespace antlinux {

// Name and descriptor for the lines; before that they go to standard error without a name.
void log_to(const char* program, int fd);

// The same for `fd`'s file, by a descriptor of its own with the number `as`, that never waits: what
// the file cannot take at once (a console that nobody reads) is lost.
Result<void> log_without_waiting(const char* program, int fd, int as);

void log_line(const char* message);
// "PROGRAM: what: No such file or directory"
void log_error(const char* what, Errno why);

} // namespace antlinux
