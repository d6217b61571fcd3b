// SPDX-License-Identifier: GPL-2.0-only
// snprintf, and <inttypes.h>'s names for printing 64-bit values. The conversions:
// ant/base/format.h.
#ifndef ANT_LIB_FORMAT_H
#define ANT_LIB_FORMAT_H

#include <ant/base/format.h>
#include <cstdarg>
#include <cstddef>
#include <inttypes.h>

namespace ant {

/// C's vsnprintf: writes at most size - 1 characters and a NUL (nothing when size
/// is 0); returns the length of the whole text.
int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments);

/// C's snprintf, see vsnprintf.
[[gnu::format(printf, 3, 4)]] int snprintf(char* buffer, size_t size, const char* format, ...);

} // namespace ant

#endif
