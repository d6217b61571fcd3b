// SPDX-License-Identifier: GPL-2.0-only
// printf-like formatting: parses the directives and renders numbers and strings.
#include "kernel/format.h"

#include <array>
#include <cstdint>

#include "kernel/text.h"

namespace ant {
namespace {

enum class Length { char_, short_, int_, long_, long_long, size, difference };

// One directive: %[flags][width][.precision][length]conversion
struct Directive {
    bool left = false;      // -
    bool zero = false;      // 0
    bool plus = false;      // +
    bool space = false;     // blank
    bool alternate = false; // #
    int width = 0;
    int precision = -1; // none
    Length length = Length::int_;
};

void pad(Sink& sink, char with, int count) {
    constexpr std::string_view blanks = "                ";
    constexpr std::string_view zeros = "0000000000000000";
    const std::string_view source = with == '0' ? zeros : blanks;
    while (count > 0) {
        const int part = count < 16 ? count : 16;
        sink.write(first_part(source, static_cast<std::size_t>(part)));
        count -= part;
    }
}

void put_text(Sink& sink, const Directive& directive, std::string_view text) {
    const int missing = directive.width - static_cast<int>(text.size());
    if (!directive.left)
        pad(sink, ' ', missing);
    sink.write(text);
    if (directive.left)
        pad(sink, ' ', missing);
}

// [blanks] prefix [zeros] digits [blanks]
void put_number(Sink& sink, const Directive& directive, std::string_view prefix,
                std::uint64_t magnitude, unsigned base, bool upper) {
    std::array<char, 22> digits{}; // 2^64 in octal
    std::size_t start = digits.size();
    const char* const alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (; magnitude != 0; magnitude /= base)
        digits[--start] = alphabet[magnitude % base];
    if (start == digits.size() && directive.precision != 0)
        digits[--start] = '0';

    const std::string_view text{digits.data() + start, digits.size() - start};
    const int length = static_cast<int>(text.size());
    int zeros = directive.precision > length ? directive.precision - length : 0;
    int missing = directive.width - static_cast<int>(prefix.size()) - zeros - length;
    if (directive.zero && !directive.left && directive.precision < 0 && missing > 0) {
        zeros = missing;
        missing = 0;
    }
    if (!directive.left)
        pad(sink, ' ', missing);
    sink.write(prefix);
    pad(sink, '0', zeros);
    sink.write(text);
    if (directive.left)
        pad(sink, ' ', missing);
}

std::int64_t signed_argument(Length length, std::va_list& arguments) {
    if (length == Length::long_long)
        return va_arg(arguments, long long);
    if (length == Length::long_)
        return va_arg(arguments, long);
    if (length == Length::size || length == Length::difference)
        return va_arg(arguments, std::ptrdiff_t);
    const int value = va_arg(arguments, int); // shorter ones are passed as int
    if (length == Length::char_)
        return static_cast<signed char>(value);
    if (length == Length::short_)
        return static_cast<short>(value);
    return value;
}

std::uint64_t unsigned_argument(Length length, std::va_list& arguments) {
    if (length == Length::long_long)
        return va_arg(arguments, unsigned long long);
    if (length == Length::long_)
        return va_arg(arguments, unsigned long);
    if (length == Length::size || length == Length::difference)
        return va_arg(arguments, std::size_t);
    const unsigned value = va_arg(arguments, unsigned);
    if (length == Length::char_)
        return static_cast<unsigned char>(value);
    if (length == Length::short_)
        return static_cast<unsigned short>(value);
    return value;
}

int number_or_star(const char*& at, std::va_list& arguments) {
    if (*at == '*') {
        ++at;
        return va_arg(arguments, int);
    }
    int number = 0;
    while (*at >= '0' && *at <= '9' && number < 10000)
        number = number * 10 + (*at++ - '0');
    return number;
}

Directive parse(const char*& at, std::va_list& arguments) {
    Directive directive;
    for (;; ++at) {
        if (*at == '-')
            directive.left = true;
        else if (*at == '0')
            directive.zero = true;
        else if (*at == '+')
            directive.plus = true;
        else if (*at == ' ')
            directive.space = true;
        else if (*at == '#')
            directive.alternate = true;
        else
            break;
    }
    directive.width = number_or_star(at, arguments);
    if (directive.width < 0) {
        directive.left = true;
        directive.width = -directive.width;
    }
    if (*at == '.') {
        ++at;
        directive.precision = number_or_star(at, arguments);
    }
    switch (*at) {
    case 'h':
        directive.length = *++at == 'h' ? (++at, Length::char_) : Length::short_;
        break;
    case 'l':
        directive.length = *++at == 'l' ? (++at, Length::long_long) : Length::long_;
        break;
    case 'z':
        ++at;
        directive.length = Length::size;
        break;
    case 't':
        ++at;
        directive.length = Length::difference;
        break;
    default:
        break;
    }
    return directive;
}

// At most `precision` characters are looked at: with one, the text need not end with NUL.
std::string_view bounded(const char* text, int precision) {
    if (text == nullptr)
        return "(null)";
    if (precision < 0)
        return text;
    std::size_t length = 0;
    while (length < static_cast<std::size_t>(precision) && text[length] != '\0')
        ++length;
    return {text, length};
}

void convert(Sink& sink, char conversion, Directive directive, std::va_list& arguments) {
    switch (conversion) {
    case 'd':
    case 'i': {
        const std::int64_t value = signed_argument(directive.length, arguments);
        const auto bits = static_cast<std::uint64_t>(value);
        const char* const sign = value < 0         ? "-"
                                 : directive.plus  ? "+"
                                 : directive.space ? " "
                                                   : "";
        put_number(sink, directive, sign, value < 0 ? 0 - bits : bits, 10, false);
        return;
    }
    case 'u':
        put_number(sink, directive, "", unsigned_argument(directive.length, arguments), 10, false);
        return;
    case 'x':
    case 'X': {
        const std::uint64_t value = unsigned_argument(directive.length, arguments);
        const bool upper = conversion == 'X';
        const char* const prefix = directive.alternate && value != 0 ? upper ? "0X" : "0x" : "";
        put_number(sink, directive, prefix, value, 16, upper);
        return;
    }
    case 'o': {
        const std::uint64_t value = unsigned_argument(directive.length, arguments);
        put_number(sink, directive, directive.alternate && value != 0 ? "0" : "", value, 8, false);
        return;
    }
    case 'p': {
        const auto value = reinterpret_cast<std::uintptr_t>(va_arg(arguments, void*));
        directive.precision = 2 * sizeof(void*);
        put_number(sink, directive, "0x", value, 16, false);
        return;
    }
    case 'c': {
        const char c = static_cast<char>(va_arg(arguments, int));
        put_text(sink, directive, {&c, 1});
        return;
    }
    case 's':
        put_text(sink, directive, bounded(va_arg(arguments, const char*), directive.precision));
        return;
    case '%':
        sink.write("%");
        return;
    default: // the compiler's check lets nothing else through
        sink.write("%?");
        return;
    }
}

} // namespace

BufferSink::BufferSink(std::span<char> buffer) : buffer_(buffer) {
    if (!buffer_.empty())
        buffer_[0] = '\0';
}

void BufferSink::write(std::string_view text) {
    wanted_ += text.size();
    for (const char c : text) {
        if (used_ + 1 >= buffer_.size())
            return;
        buffer_[used_++] = c;
        buffer_[used_] = '\0';
    }
}

void vformat(Sink& sink, const char* format, std::va_list arguments) {
    std::va_list rest{};
    va_copy(rest, arguments); // an own object: a parameter of array type is only a pointer
    const char* at = format;
    while (*at != '\0') {
        const char* const start = at;
        while (*at != '\0' && *at != '%')
            ++at;
        if (at != start)
            sink.write({start, static_cast<std::size_t>(at - start)});
        if (*at == '\0')
            break;
        ++at; // the %
        const Directive directive = parse(at, rest);
        if (*at == '\0')
            break;
        convert(sink, *at++, directive, rest);
    }
    va_end(rest);
}

void format(Sink& sink, const char* format, ...) {
    std::va_list arguments{};
    va_start(arguments, format);
    vformat(sink, format, arguments);
    va_end(arguments);
}

std::string_view format_to(std::span<char> buffer, const char* format, ...) {
    BufferSink sink{buffer};
    std::va_list arguments{};
    va_start(arguments, format);
    vformat(sink, format, arguments);
    va_end(arguments);
    return sink.text();
}

} // namespace ant
