// SPDX-License-Identifier: GPL-2.0-only
// One line per trouble, to where the program's messages go.
#pragma once

#include "userland/common/errno.h"

namespace antlinux {

// Name and descriptor for the lines; before that they go to standard error without a name.
void log_to(const char* program, int fd);

void log_line(const char* message);
// "PROGRAM: what: No such file or directory"
void log_error(const char* what, Errno why);

} // namespace antlinux
