// SPDX-License-Identifier: GPL-2.0-only
// The formatting engine of printf and snprintf, free of any output device.
#ifndef ANT_LIB_FORMAT_H
#define ANT_LIB_FORMAT_H

#include <concepts>
#include <cstdarg>
#include <cstddef>
#include <string_view>

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
#endif

namespace ant {

/// Receives formatted text piece by piece. A reference to a callable, without
/// memory of its own: it must not outlive the callable.
class TextSink {
public:
    // Not for a TextSink itself: copying one must not make it point to the copied.
    template<typename Callable>
    requires(!std::same_as<Callable, TextSink>) explicit TextSink(Callable& callable)
        : object_(&callable), function_([](void* object, std::string_view text) {
              (*static_cast<Callable*>(object))(text);
          }) {}

    void operator()(std::string_view text) const { function_(object_, text); }

private:
    void* object_;
    void (*function_)(void*, std::string_view);
};

/// Formats like C's printf: flags "-0 +#", width and precision (also *), lengths
/// hh h l ll z t j, conversions d i u x X o c s p %. No floating point: AnT's
/// code uses none. An unknown conversion is put out as it stands.
void format_text(TextSink sink, const char* format, va_list arguments);

/// C's vsnprintf: writes at most size - 1 characters and a NUL (nothing when size
/// is 0); returns the length of the whole text.
int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments);

/// C's snprintf, see vsnprintf.
[[gnu::format(printf, 3, 4)]] int snprintf(char* buffer, size_t size, const char* format, ...);

} // namespace ant

#endif
