// SPDX-License-Identifier: GPL-2.0-only
// snprintf, and the names for printing 64-bit values. The conversions: ant/base/format.h.
#ifndef ANT_LIB_FORMAT_H
#define ANT_LIB_FORMAT_H

#include <ant/base/format.h>
#include <cstdarg>
#include <cstddef>

// <inttypes.h>'s names for printing 64-bit values. They differ because unit
// tests compile the same source for 64 bits, where `long` is wide enough.
#if defined(__LP64__)
#define ANT_PRI_64 "l"
#else
#define ANT_PRI_64 "ll"
#endif
#ifndef PRIu64
#define PRIu64 ANT_PRI_64 "u"
#define PRId64 ANT_PRI_64 "d"
#define PRIx64 ANT_PRI_64 "x"
#define PRIo64 ANT_PRI_64 "o"
#endif

namespace ant {

/// C's vsnprintf: writes at most size - 1 characters and a NUL (nothing when size
/// is 0); returns the length of the whole text.
int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments);

/// C's snprintf, see vsnprintf.
[[gnu::format(printf, 3, 4)]] int snprintf(char* buffer, size_t size, const char* format, ...);

} // namespace ant

#endif
