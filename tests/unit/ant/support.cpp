// SPDX-License-Identifier: GPL-2.0-only
// The tests' panic().
#include "support.h"

#include <cstdarg>
#include <cstdio>

namespace ant {

void panic(const char* format, ...) {
    char text[512];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    throw test::Panic(text);
}

} // namespace ant
