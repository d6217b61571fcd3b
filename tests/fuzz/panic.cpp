// SPDX-License-Identifier: GPL-2.0-only
// A panic is a finding.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "ant/base/assert.h"

namespace ant {

void panic(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    static_cast<void>(std::vfprintf(stderr, format, arguments));
    va_end(arguments);
    static_cast<void>(std::fputc('\n', stderr));
    std::abort();
}

} // namespace ant
