// SPDX-License-Identifier: GPL-2.0-only
// The four functions that GCC calls by itself, also in freestanding code (GCC
// manual, "Standards"), and the two string searches libstdc++'s headers use.
// Compiled with -fno-builtin, or GCC would turn each loop into a call of itself.
#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* to, const void* from, size_t length) {
    // `rep movsb` is the fast way on every x86 since Ivy Bridge (CPUID "ERMS"),
    // the processor of the paper, and right on all others.
    void* destination = to;
    asm volatile("rep movsb" : "+D"(destination), "+S"(from), "+c"(length) : : "memory");
    return to;
}

void* memset(void* to, int value, size_t length) {
    void* destination = to;
    asm volatile("rep stosb" : "+D"(destination), "+c"(length) : "a"(value) : "memory");
    return to;
}

void* memmove(void* to, const void* from, size_t length) {
    auto* destination = static_cast<unsigned char*>(to);
    const auto* source = static_cast<const unsigned char*>(from);
    // Forward unless the destination starts inside the source.
    if (reinterpret_cast<uintptr_t>(to) - reinterpret_cast<uintptr_t>(from) >= length)
        return memcpy(to, from, length);
    while (length-- > 0)
        destination[length] = source[length];
    return to;
}

int memcmp(const void* left, const void* right, size_t length) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}

void* memchr(const void* memory, int value, size_t length) {
    const auto* bytes = static_cast<const unsigned char*>(memory);
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == static_cast<unsigned char>(value))
            // The C library's type: const in, not const out.
            return const_cast<unsigned char*>(bytes + i); // NOLINT(*-const-cast)
    return nullptr;
}

size_t strlen(const char* text) {
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

} // extern "C"
