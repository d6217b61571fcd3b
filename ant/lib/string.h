// SPDX-License-Identifier: GPL-2.0-only
// Strings and numbers in text. Memory functions (memcpy ...) are the compiler's
// builtins, defined in memory_functions.cpp.
#ifndef ANT_LIB_STRING_H
#define ANT_LIB_STRING_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ant {

inline void* memcpy(void* to, const void* from, size_t length) {
    return __builtin_memcpy(to, from, length);
}
inline void* memmove(void* to, const void* from, size_t length) {
    return __builtin_memmove(to, from, length);
}
inline void* memset(void* to, int value, size_t length) {
    return __builtin_memset(to, value, length);
}
inline int memcmp(const void* left, const void* right, size_t length) {
    return __builtin_memcmp(left, right, length);
}
inline size_t strlen(const char* text) { return __builtin_strlen(text); }

/// Length of `text`, but at most `limit`: bytes beyond are not looked at.
[[nodiscard]] size_t strnlen(const char* text, size_t limit);

/// Below, equal to or above 0 as `left` sorts before, with or behind `right`.
[[nodiscard]] int strcmp(const char* left, const char* right);

/// strcmp() of the first `limit` characters at most.
[[nodiscard]] int strncmp(const char* left, const char* right, size_t limit);

/// The first, the last place of a character in the text (NUL: its end); nullptr: nowhere.
[[nodiscard]] const char* strchr(const char* text, char wanted);
[[nodiscard]] const char* strrchr(const char* text, char wanted);

/// The first place of `wanted` in the text; nullptr: nowhere.
[[nodiscard]] const char* strstr(const char* text, const char* wanted);

/// Copies as much of `text` as fits into `size` bytes with its NUL. Returns the
/// length of `text`: a result >= size means that it was cut (BSD's strlcpy).
size_t strlcpy(char* to, std::string_view text, size_t size);

/// Reads a whole text as a number: decimal, or hexadecimal with 0x. An empty
/// text, other characters or a number too big give false and leave `value`.
[[nodiscard]] bool parse_number(std::string_view text, uint64_t& value);

/// The same with an optional minus sign.
[[nodiscard]] bool parse_number(std::string_view text, int64_t& value);

} // namespace ant

#endif
