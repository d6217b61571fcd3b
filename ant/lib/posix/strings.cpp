// SPDX-License-Identifier: GPL-2.0-only
// <string.h>, <ctype.h> and the numbers of <stdlib.h>, in the C locale. Those that GCC calls by
// itself are in memory_functions.cpp.
#include <ant/lib/errno.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const int letter = c | 0x20;
    return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : 99;
}

bool is_between(int c, int first, int last) { return c >= first && c <= last; }

/// strtol() and its kind. A number too big is the largest, and ERANGE.
template<typename Integer> Integer number_of(const char* text, char** end, int base) {
    using Magnitude = std::make_unsigned_t<Integer>;
    const char* at = text;
    while (isspace(static_cast<unsigned char>(*at)) != 0)
        at++;
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    const bool hexadecimal = at[0] == '0' && (at[1] | 0x20) == 'x' && digit_of(at[2]) < 16;
    if (hexadecimal && (base == 0 || base == 16)) {
        base = 16;
        at += 2;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    Magnitude value = 0;
    bool is_number = false;
    bool too_big = false;
    for (; digit_of(*at) < base; at++) {
        is_number = true;
        too_big |= __builtin_mul_overflow(value, static_cast<Magnitude>(base), &value);
        too_big |= __builtin_add_overflow(value, static_cast<Magnitude>(digit_of(*at)), &value);
    }
    if (end != nullptr)
        *end = const_cast<char*>(is_number ? at : text);
    using Limits = std::numeric_limits<Integer>;
    if constexpr (std::is_signed_v<Integer>)
        too_big |= value > static_cast<Magnitude>(Limits::max()) + (negative ? 1U : 0U);
    if (too_big) {
        ant::last_error = ERANGE;
        return negative && std::is_signed_v<Integer> ? Limits::min() : Limits::max();
    }
    return static_cast<Integer>(negative ? 0 - value : value);
}

} // namespace

extern "C" {

int isdigit(int c) noexcept { return is_between(c, '0', '9'); }
int isupper(int c) noexcept { return is_between(c, 'A', 'Z'); }
int islower(int c) noexcept { return is_between(c, 'a', 'z'); }
int isalpha(int c) noexcept { return is_between(c | 0x20, 'a', 'z'); }
int isalnum(int c) noexcept { return isdigit(c) | isalpha(c); }
int isxdigit(int c) noexcept { return isdigit(c) | is_between(c | 0x20, 'a', 'f'); }
int isblank(int c) noexcept { return c == ' ' || c == '\t'; }
int isspace(int c) noexcept { return c == ' ' || is_between(c, '\t', '\r'); }
int isprint(int c) noexcept { return is_between(c, ' ', '~'); }
int isgraph(int c) noexcept { return is_between(c, '!', '~'); }
int ispunct(int c) noexcept { return isgraph(c) != 0 && isalnum(c) == 0; }
int iscntrl(int c) noexcept { return is_between(c, 0, 31) || c == 127; }
int toupper(int c) noexcept { return islower(c) != 0 ? c - 'a' + 'A' : c; }
int tolower(int c) noexcept { return isupper(c) != 0 ? c - 'A' + 'a' : c; }

size_t strnlen(const char* text, size_t limit) noexcept { return ant::strnlen(text, limit); }
int strcmp(const char* left, const char* right) noexcept { return ant::strcmp(left, right); }
int strncmp(const char* left, const char* right, size_t limit) noexcept {
    return ant::strncmp(left, right, limit);
}
char* strcpy(char* to, const char* from) noexcept {
    memcpy(to, from, strlen(from) + 1);
    return to;
}
char* strncpy(char* to, const char* from, size_t size) noexcept {
    const size_t length = ant::strnlen(from, size);
    memcpy(to, from, length);
    memset(to + length, 0, size - length);
    return to;
}
char* strcat(char* to, const char* from) noexcept {
    strcpy(to + strlen(to), from);
    return to;
}
char* strdup(const char* text) noexcept { return ant::strdup(text); }
char* strerror(int number) noexcept { return const_cast<char*>(ant::strerror(number)); }

// In C++ these have two declarations each, of one function.
const char* ant_strchr(const char* text, int wanted) noexcept __asm__("strchr");
const char* ant_strchr(const char* text, int wanted) noexcept {
    return ant::strchr(text, static_cast<char>(wanted));
}
const char* ant_strrchr(const char* text, int wanted) noexcept __asm__("strrchr");
const char* ant_strrchr(const char* text, int wanted) noexcept {
    return ant::strrchr(text, static_cast<char>(wanted));
}
const char* ant_strstr(const char* text, const char* wanted) noexcept __asm__("strstr");
const char* ant_strstr(const char* text, const char* wanted) noexcept {
    return ant::strstr(text, wanted);
}

long strtol(const char* text, char** end, int base) noexcept {
    return number_of<long>(text, end, base);
}
unsigned long strtoul(const char* text, char** end, int base) noexcept {
    return number_of<unsigned long>(text, end, base);
}
long long strtoll(const char* text, char** end, int base) noexcept {
    return number_of<long long>(text, end, base);
}
unsigned long long strtoull(const char* text, char** end, int base) noexcept {
    return number_of<unsigned long long>(text, end, base);
}
int atoi(const char* text) noexcept { return static_cast<int>(strtol(text, nullptr, 10)); }
long atol(const char* text) noexcept { return strtol(text, nullptr, 10); }
long long atoll(const char* text) noexcept { return strtoll(text, nullptr, 10); }

} // extern "C"
