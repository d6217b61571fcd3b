// SPDX-License-Identifier: GPL-2.0-only
// printf-like formatting: parses the directives and renders numbers and strings.
#include "ant/base/format.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ant {
namespace {

enum class Length { char_, short_, int_, long_, long_long, size, difference, largest };

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
    char conversion = '\0';
};

constexpr int widest = 100'000; // more is a mistake, and would keep the caller busy

void pad(Sink& sink, char with, int count) {
    constexpr std::string_view blanks = "                ";
    constexpr std::string_view zeros = "0000000000000000";
    const char* const source = with == '0' ? zeros.data() : blanks.data();
    for (int part = 0; count > 0; count -= part) {
        part = std::min(count, static_cast<int>(blanks.size()));
        sink.write({source, static_cast<std::size_t>(part)});
    }
}

// [blanks] prefix [zeros] body [blanks]
void put(Sink& sink, const Directive& directive, std::string_view prefix, int zeros,
         std::string_view body) {
    const int missing =
        directive.width - static_cast<int>(prefix.size()) - zeros - static_cast<int>(body.size());
    if (!directive.left)
        pad(sink, ' ', missing);
    sink.write(prefix);
    pad(sink, '0', zeros);
    sink.write(body);
    if (directive.left)
        pad(sink, ' ', missing);
}

void put_number(Sink& sink, const Directive& directive, std::string_view prefix,
                std::uint64_t magnitude, unsigned base) {
    std::array<char, 22> digits{}; // 2^64 in octal
    std::size_t start = digits.size();
    const char* const alphabet =
        directive.conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    for (; magnitude != 0; magnitude /= base)
        digits[--start] = alphabet[magnitude % base];
    if (start == digits.size() && directive.precision != 0)
        digits[--start] = '0';

    const std::string_view body{digits.data() + start, digits.size() - start};
    const int length = static_cast<int>(body.size());
    int zeros = std::max(directive.precision - length, 0);
    if (directive.zero && !directive.left && directive.precision < 0)
        zeros = std::max(directive.width - static_cast<int>(prefix.size()) - length, 0);
    // An octal number with # begins with a zero, however it comes by it.
    if (base == 8 && directive.alternate && zeros == 0 && (body.empty() || body.front() != '0'))
        zeros = 1;
    put(sink, directive, prefix, zeros, body);
}

std::int64_t signed_argument(Length length, std::va_list& arguments) {
    if (length == Length::long_long)
        return va_arg(arguments, long long);
    if (length == Length::long_)
        return va_arg(arguments, long);
    if (length == Length::largest)
        return va_arg(arguments, std::intmax_t);
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
    if (length == Length::largest)
        return va_arg(arguments, std::uintmax_t);
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
        return std::clamp(va_arg(arguments, int), -widest, widest);
    }
    int number = 0;
    for (; *at >= '0' && *at <= '9'; ++at)
        number = std::min(number * 10 + (*at - '0'), widest);
    return number;
}

void parse_flags(const char*& at, Directive& directive) {
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
            return;
    }
}

Length parse_length(const char*& at) {
    switch (*at) {
    case 'h':
        return *++at == 'h' ? (++at, Length::char_) : Length::short_;
    case 'l':
        return *++at == 'l' ? (++at, Length::long_long) : Length::long_;
    case 'z':
        ++at;
        return Length::size;
    case 't':
        ++at;
        return Length::difference;
    case 'j':
        ++at;
        return Length::largest;
    default:
        return Length::int_;
    }
}

// `at` stands behind the % and then behind the conversion.
Directive parse(const char*& at, std::va_list& arguments) {
    Directive directive;
    parse_flags(at, directive);
    directive.width = number_or_star(at, arguments);
    if (directive.width < 0) {
        directive.left = true;
        directive.width = -directive.width;
    }
    if (*at == '.') {
        ++at;
        directive.precision = number_or_star(at, arguments); // a negative one counts as none
    }
    directive.length = parse_length(at);
    directive.conversion = *at;
    if (*at != '\0')
        ++at;
    return directive;
}

// At most `precision` characters are looked at: with one, the text need not end with NUL.
std::string_view bounded(const char* text, int precision) {
    if (text == nullptr)
        text = "(null)";
    std::size_t length = 0;
    while ((precision < 0 || length < static_cast<std::size_t>(precision)) && text[length] != '\0')
        ++length;
    return {text, length};
}

// False: not a conversion.
bool convert(Sink& sink, const Directive& directive, std::va_list& arguments) {
    switch (directive.conversion) {
    case 'd':
    case 'i': {
        const std::int64_t value = signed_argument(directive.length, arguments);
        const auto bits = static_cast<std::uint64_t>(value);
        const char* const sign = value < 0         ? "-"
                                 : directive.plus  ? "+"
                                 : directive.space ? " "
                                                   : "";
        put_number(sink, directive, sign, value < 0 ? 0 - bits : bits, 10);
        return true;
    }
    case 'u':
        put_number(sink, directive, "", unsigned_argument(directive.length, arguments), 10);
        return true;
    case 'x':
    case 'X': {
        const std::uint64_t value = unsigned_argument(directive.length, arguments);
        const char* const prefix = directive.conversion == 'X' ? "0X" : "0x";
        put_number(sink, directive, directive.alternate && value != 0 ? prefix : "", value, 16);
        return true;
    }
    case 'o':
        put_number(sink, directive, "", unsigned_argument(directive.length, arguments), 8);
        return true;
    case 'p':
        put_number(sink, directive, "0x",
                   reinterpret_cast<std::uintptr_t>(va_arg(arguments, void*)), 16);
        return true;
    case 'c': {
        const char c = static_cast<char>(va_arg(arguments, int));
        put(sink, directive, "", 0, {&c, 1});
        return true;
    }
    case 's':
        put(sink, directive, "", 0, bounded(va_arg(arguments, const char*), directive.precision));
        return true;
    case '%':
        sink.write("%");
        return true;
    default: // the compiler's check lets nothing else through
        return false;
    }
}

} // namespace

BufferSink::BufferSink(std::span<char> buffer) : buffer_(buffer) {
    if (!buffer_.empty())
        buffer_[0] = '\0';
}

void BufferSink::write(std::string_view text) {
    wanted_ += text.size();
    if (buffer_.empty())
        return;
    const std::size_t fits = std::min(text.size(), buffer_.size() - 1 - used_);
    std::copy_n(text.data(), fits, buffer_.data() + used_);
    used_ += fits;
    buffer_[used_] = '\0';
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
        const char* const percent = at++;
        const Directive directive = parse(at, rest);
        if (!convert(sink, directive, rest))
            sink.write({percent, static_cast<std::size_t>(at - percent)});
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
