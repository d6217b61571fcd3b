// SPDX-License-Identifier: GPL-2.0-only
// The memory functions that the compiler and the C++ headers call on their own. Compiled with an
// option of its own (CMakeLists.txt), or GCC would turn a loop into a call of itself.
#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* to, const void* from, std::size_t bytes) {
    void* destination = to;
    std::size_t words = bytes / 4;
    asm volatile("rep movsl\n\t"
                 "movl %3, %2\n\t"
                 "rep movsb"
                 : "+D"(destination), "+S"(from), "+c"(words)
                 : "r"(bytes % 4)
                 : "memory");
    return to;
}

void* memset(void* to, int value, std::size_t bytes) {
    void* destination = to;
    std::size_t words = bytes / 4;
    const std::uint32_t pattern = 0x0101'0101u * (static_cast<std::uint32_t>(value) & 0xff);
    asm volatile("rep stosl\n\t"
                 "movl %3, %1\n\t"
                 "rep stosb"
                 : "+D"(destination), "+c"(words)
                 : "a"(pattern), "r"(bytes % 4)
                 : "memory");
    return to;
}

void* memmove(void* to, const void* from, std::size_t bytes) {
    auto* destination = static_cast<unsigned char*>(to);
    const auto* source = static_cast<const unsigned char*>(from);
    if (reinterpret_cast<std::uintptr_t>(to) <= reinterpret_cast<std::uintptr_t>(from)) {
        for (std::size_t i = 0; i < bytes; ++i)
            destination[i] = source[i];
    } else {
        for (std::size_t i = bytes; i > 0; --i)
            destination[i - 1] = source[i - 1];
    }
    return to;
}

int memcmp(const void* left, const void* right, std::size_t bytes) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    for (std::size_t i = 0; i < bytes; ++i)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

void* memchr(const void* memory, int wanted, std::size_t bytes) {
    const auto* at = static_cast<const unsigned char*>(memory);
    for (std::size_t i = 0; i < bytes; ++i)
        if (at[i] == static_cast<unsigned char>(wanted)) // the C library's type: const goes
            return const_cast<unsigned char*>(at + i);   // NOLINT(*-const-cast)
    return nullptr;
}

std::size_t strlen(const char* text) {
    std::size_t length = 0;
    while (text[length] != '\0')
        ++length;
    return length;
}
}
