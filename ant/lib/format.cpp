// SPDX-License-Identifier: GPL-2.0-only
// printf's conversions; see format.h.
#include <ant/lib/format.h>
#include <ant/lib/string.h>
#include <cstdint>

namespace ant {

namespace {

/// One conversion specification, e.g. "%-08llx".
struct Specification {
    bool left = false;
    bool zero = false;
    bool plus = false;
    bool space = false;
    bool alternative = false;
    size_t width = 0;
    bool has_precision = false;
    size_t precision = 0;
    unsigned bytes = sizeof(int); // size of an integer argument
    char conversion = '\0';
};

void put_repeated(TextSink sink, char c, size_t count) {
    for (; count > 0; count--)
        sink(std::string_view(&c, 1));
}

/// Puts out prefix (sign, 0x) and body, padded to the width.
void put_padded(TextSink sink, const Specification& s, std::string_view prefix, size_t zeros,
                std::string_view body) {
    const size_t length = prefix.size() + zeros + body.size();
    const size_t padding = s.width > length ? s.width - length : 0;
    if (!s.left)
        put_repeated(sink, ' ', padding);
    if (!prefix.empty())
        sink(prefix);
    put_repeated(sink, '0', zeros);
    if (!body.empty())
        sink(body);
    if (s.left)
        put_repeated(sink, ' ', padding);
}

unsigned base_of(char conversion) {
    switch (conversion) {
    case 'o':
        return 8;
    case 'x':
    case 'X':
    case 'p':
        return 16;
    default:
        return 10;
    }
}

void put_integer(TextSink sink, const Specification& s, uint64_t value, bool negative) {
    const bool upper = s.conversion == 'X';
    const char* letters = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    const unsigned base = base_of(s.conversion);
    char digits[24]; // 22 octal digits hold 64 bits
    size_t start = sizeof(digits);
    for (uint64_t rest = value; rest != 0; rest /= base)
        digits[--start] = letters[rest % base];
    if (value == 0 && !(s.has_precision && s.precision == 0))
        digits[--start] = '0';
    const std::string_view body(digits + start, sizeof(digits) - start);

    std::string_view prefix;
    if (s.conversion == 'd' || s.conversion == 'i')
        prefix = negative ? "-" : s.plus ? "+" : s.space ? " " : "";
    else if (s.conversion == 'p' || (s.alternative && base == 16 && value != 0))
        prefix = upper ? "0X" : "0x";

    size_t zeros = 0;
    if (s.has_precision)
        zeros = s.precision > body.size() ? s.precision - body.size() : 0;
    else if (s.zero && !s.left && s.width > prefix.size() + body.size())
        zeros = s.width - prefix.size() - body.size();
    if (s.alternative && base == 8 && zeros == 0 && !body.starts_with('0'))
        zeros = 1; // an octal number starts with a zero
    put_padded(sink, s, prefix, zeros, body);
}

size_t parse_count(const char*& format) {
    size_t count = 0;
    while (*format >= '0' && *format <= '9' && count < 100'000)
        count = count * 10 + static_cast<size_t>(*format++ - '0');
    return count;
}

void parse_flags(const char*& format, Specification& s) {
    for (;; format++) {
        switch (*format) {
        case '-':
            s.left = true;
            break;
        case '0':
            s.zero = true;
            break;
        case '+':
            s.plus = true;
            break;
        case ' ':
            s.space = true;
            break;
        case '#':
            s.alternative = true;
            break;
        default:
            return;
        }
    }
}

void parse_length(const char*& format, Specification& s) {
    switch (*format) {
    case 'h':
        s.bytes = sizeof(short);
        if (*++format == 'h') {
            s.bytes = sizeof(char);
            format++;
        }
        break;
    case 'l':
        s.bytes = sizeof(long);
        if (*++format == 'l') {
            s.bytes = sizeof(long long);
            format++;
        }
        break;
    case 'z':
    case 't':
        s.bytes = sizeof(size_t);
        format++;
        break;
    case 'j':
        s.bytes = sizeof(intmax_t);
        format++;
        break;
    default:
        break;
    }
}

uint64_t unsigned_argument(unsigned bytes, va_list& arguments) {
    switch (bytes) {
    case sizeof(char):
        return static_cast<unsigned char>(va_arg(arguments, unsigned));
    case sizeof(short):
        return static_cast<unsigned short>(va_arg(arguments, unsigned));
    case sizeof(unsigned):
        return va_arg(arguments, unsigned);
    default:
        return va_arg(arguments, uint64_t);
    }
}

int64_t signed_argument(unsigned bytes, va_list& arguments) {
    switch (bytes) {
    case sizeof(char):
        return static_cast<signed char>(va_arg(arguments, int));
    case sizeof(short):
        return static_cast<short>(va_arg(arguments, int));
    case sizeof(int):
        return va_arg(arguments, int);
    default:
        return va_arg(arguments, int64_t);
    }
}

void parse_width_and_precision(const char*& format, Specification& s, va_list& arguments) {
    if (*format == '*') {
        format++;
        const int width = va_arg(arguments, int);
        s.left = s.left || width < 0;
        s.width = static_cast<size_t>(width < 0 ? -width : width);
    } else {
        s.width = parse_count(format);
    }
    if (*format != '.')
        return;
    format++;
    s.has_precision = true;
    if (*format == '*') {
        format++;
        const int precision = va_arg(arguments, int);
        s.has_precision = precision >= 0; // C: a negative one counts as none
        s.precision = static_cast<size_t>(precision >= 0 ? precision : 0);
    } else {
        s.precision = parse_count(format);
    }
}

/// Puts out one converted argument. False: not a conversion we know.
bool put_conversion(TextSink sink, const Specification& s, va_list& arguments) {
    switch (s.conversion) {
    case 'd':
    case 'i': {
        const int64_t value = signed_argument(s.bytes, arguments);
        const auto bits = static_cast<uint64_t>(value);
        put_integer(sink, s, value < 0 ? 0 - bits : bits, value < 0);
        return true;
    }
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        put_integer(sink, s, unsigned_argument(s.bytes, arguments), false);
        return true;
    case 'p':
        put_integer(sink, s, reinterpret_cast<uintptr_t>(va_arg(arguments, void*)), false);
        return true;
    case 'c': {
        const char c = static_cast<char>(va_arg(arguments, int));
        put_padded(sink, s, {}, 0, std::string_view(&c, 1));
        return true;
    }
    case 's': {
        const char* text = va_arg(arguments, const char*);
        if (text == nullptr)
            text = "(null)";
        const size_t limit = s.has_precision ? s.precision : SIZE_MAX;
        put_padded(sink, s, {}, 0, std::string_view(text, strnlen(text, limit)));
        return true;
    }
    default:
        return false;
    }
}

} // namespace

void format_text(TextSink sink, const char* format, va_list arguments) {
    // On x86-64 a va_list parameter is a pointer, which va_list& does not take: a copy.
    va_list rest{};
    va_copy(rest, arguments);
    while (*format != '\0') {
        const char* start = format;
        while (*format != '\0' && *format != '%')
            format++;
        if (format != start)
            sink(std::string_view(start, static_cast<size_t>(format - start)));
        if (*format == '\0')
            break;
        start = format++;
        if (*format == '%') {
            sink("%");
            format++;
            continue;
        }
        Specification s;
        parse_flags(format, s);
        parse_width_and_precision(format, s, rest);
        parse_length(format, s);
        s.conversion = *format;
        if (s.conversion != '\0')
            format++;
        if (!put_conversion(sink, s, rest))
            sink(std::string_view(start, static_cast<size_t>(format - start)));
    }
    va_end(rest);
}

int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments) {
    size_t length = 0;
    auto store = [&](std::string_view text) {
        if (length + 1 < size) {
            const size_t room = size - 1 - length;
            memcpy(buffer + length, text.data(), text.size() < room ? text.size() : room);
        }
        length += text.size();
    };
    format_text(TextSink(store), format, arguments);
    if (size > 0)
        buffer[length < size ? length : size - 1] = '\0';
    return static_cast<int>(length);
}

int snprintf(char* buffer, size_t size, const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

} // namespace ant
