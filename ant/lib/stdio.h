// SPDX-License-Identifier: GPL-2.0-only
// Formatted output. Nothing is buffered beyond one call: a program that crashes
// has shown all that it printed.
#ifndef ANT_LIB_STDIO_H
#define ANT_LIB_STDIO_H

#include <ant/lib/format.h>

namespace ant {

/// The console's streams, as descriptors for read(), write() and dprintf().
constexpr int standard_input = 0;
constexpr int standard_output = 1;
constexpr int standard_error = 2;

/// Formats (see ant/base/format.h) to standard output. Returns the number of
/// characters, or -1 with last_error set.
[[gnu::format(printf, 1, 2)]] int printf(const char* format, ...);

/// The same to a descriptor: the console's or a Linux file's.
[[gnu::format(printf, 2, 3)]] int dprintf(int descriptor, const char* format, ...);
int vdprintf(int descriptor, const char* format, va_list arguments);

/// The text and a newline to standard output. 0, or -1 with last_error set.
int puts(const char* text);

/// "SUBJECT: text of last_error" to standard error.
void perror(const char* subject);

} // namespace ant

#endif
