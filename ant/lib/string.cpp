// SPDX-License-Identifier: GPL-2.0-only
// String functions; see string.h.
#include <ant/lib/string.h>

namespace ant {

size_t strnlen(const char* text, size_t limit) {
    size_t length = 0;
    while (length < limit && text[length] != '\0')
        length++;
    return length;
}

int strcmp(const char* left, const char* right) {
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return static_cast<unsigned char>(*left) - static_cast<unsigned char>(*right);
}

int strncmp(const char* left, const char* right, size_t limit) {
    for (; limit > 0; left++, right++, limit--)
        if (*left != *right || *left == '\0')
            return static_cast<unsigned char>(*left) - static_cast<unsigned char>(*right);
    return 0;
}

const char* strchr(const char* text, char wanted) {
    for (; *text != wanted; text++)
        if (*text == '\0')
            return nullptr;
    return text;
}

const char* strrchr(const char* text, char wanted) {
    const char* found = nullptr;
    for (;; text++) {
        if (*text == wanted)
            found = text;
        if (*text == '\0')
            return found;
    }
}

const char* strstr(const char* text, const char* wanted) {
    const size_t length = strlen(wanted);
    for (; strncmp(text, wanted, length) != 0; text++)
        if (*text == '\0')
            return nullptr;
    return text;
}

size_t strlcpy(char* to, std::string_view text, size_t size) {
    if (size > 0) {
        const size_t length = text.size() < size ? text.size() : size - 1;
        memcpy(to, text.data(), length);
        to[length] = '\0';
    }
    return text.size();
}

namespace {

// The value of a digit, or `base` and above for what is none.
unsigned digit_value(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A') + 10;
    return 99;
}

} // namespace

bool parse_number(std::string_view text, uint64_t& value) {
    unsigned base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    }
    if (text.empty())
        return false;
    uint64_t result = 0;
    for (const char c : text) {
        const unsigned digit = digit_value(c);
        if (digit >= base || __builtin_mul_overflow(result, base, &result) ||
            __builtin_add_overflow(result, digit, &result))
            return false;
    }
    value = result;
    return true;
}

bool parse_number(std::string_view text, int64_t& value) {
    const bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    uint64_t magnitude = 0;
    if (!parse_number(text, magnitude) || magnitude > uint64_t{INT64_MAX} + (negative ? 1 : 0))
        return false;
    // Unsigned negation is defined for the smallest number, too.
    value = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
    return true;
}

} // namespace ant
