// SPDX-License-Identifier: GPL-2.0-only
// snprintf; the formatting itself is in ant/base/format.cpp.
#include <ant/lib/format.h>

namespace ant {

int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments) {
    BufferSink sink({buffer, size});
    vformat(sink, format, arguments);
    return static_cast<int>(sink.wanted());
}

int snprintf(char* buffer, size_t size, const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

} // namespace ant
