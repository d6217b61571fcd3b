// SPDX-License-Identifier: GPL-2.0-only
// <stdlib.h>'s memory, and new and delete. With exceptions off there is nothing to throw: without
// memory, new ends the program.
#include <ant/base/assert.h>
#include <ant/lib/errno.h>
#include <ant/lib/stdlib.h>
#include <cstdlib>
#include <new>

extern "C" {

void* malloc(size_t bytes) noexcept { return ant::malloc(bytes); }
void* calloc(size_t count, size_t size) noexcept { return ant::calloc(count, size); }
void* realloc(void* memory, size_t bytes) noexcept { return ant::realloc(memory, bytes); }
void free(void* memory) noexcept { ant::free(memory); }
void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
    return ant::aligned_alloc(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) noexcept {
    void* const result = ant::aligned_alloc(alignment, bytes);
    if (result == nullptr)
        return ant::last_error;
    *memory = result;
    return 0;
}

} // extern "C"

namespace {

void* memory_or_end(void* memory, size_t bytes) {
    if (memory == nullptr)
        ant::panic("out of memory: new of %zu bytes", bytes);
    return memory;
}

} // namespace

void* operator new(size_t bytes) { return memory_or_end(ant::malloc(bytes), bytes); }
void* operator new[](size_t bytes) { return memory_or_end(ant::malloc(bytes), bytes); }
void* operator new(size_t bytes, std::align_val_t alignment) {
    return memory_or_end(ant::aligned_alloc(static_cast<size_t>(alignment), bytes), bytes);
}
void* operator new[](size_t bytes, std::align_val_t alignment) {
    return memory_or_end(ant::aligned_alloc(static_cast<size_t>(alignment), bytes), bytes);
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return ant::malloc(bytes); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return ant::malloc(bytes); }
void operator delete(void* memory) noexcept { ant::free(memory); }
void operator delete[](void* memory) noexcept { ant::free(memory); }
void operator delete(void* memory, size_t) noexcept { ant::free(memory); }
void operator delete[](void* memory, size_t) noexcept { ant::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { ant::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { ant::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { ant::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { ant::free(memory); }
