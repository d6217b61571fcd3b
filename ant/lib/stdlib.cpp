// SPDX-License-Identifier: GPL-2.0-only
// malloc on the kernel's memory_map(), ica_alloc on its ica_map().
#include <ant/lib/errno.h>
#include <ant/lib/heap.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <bit>

namespace ant {

namespace {

void* map_private(size_t bytes) {
    const intptr_t result = system_call<SystemCall::memory_map>(bytes);
    if (is_error(result))
        return nullptr;
    set_heap_end(static_cast<uintptr_t>(result) + bytes);
    return reinterpret_cast<void*>(result);
}

// 64 KiB at a time: a small program grows its heap once.
constinit Heap heap(map_private, size_t{64} * 1024);

} // namespace

void* malloc(size_t bytes) {
    void* memory = heap.allocate(bytes);
    if (memory == nullptr)
        last_error = ENOMEM;
    return memory;
}

void* aligned_alloc(size_t alignment, size_t bytes) {
    if (!std::has_single_bit(alignment)) {
        last_error = EINVAL;
        return nullptr;
    }
    void* memory = heap.allocate_aligned(alignment, bytes);
    if (memory == nullptr)
        last_error = ENOMEM;
    return memory;
}

void* calloc(size_t count, size_t size) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        last_error = ENOMEM;
        return nullptr;
    }
    void* memory = malloc(bytes);
    return memory != nullptr ? memset(memory, 0, bytes) : nullptr;
}

void* realloc(void* memory, size_t bytes) {
    if (memory == nullptr)
        return malloc(bytes);
    const size_t old_bytes = Heap::usable_size(memory);
    if (bytes <= old_bytes)
        return memory;
    void* moved = malloc(bytes);
    if (moved != nullptr) {
        memcpy(moved, memory, old_bytes);
        free(memory);
    }
    return moved;
}

char* strdup(const char* text) {
    const size_t bytes = strlen(text) + 1;
    void* copy = malloc(bytes);
    return copy != nullptr ? static_cast<char*>(memcpy(copy, text, bytes)) : nullptr;
}

void free(void* memory) { heap.free(memory); }

void* ica_alloc(size_t bytes) {
    const intptr_t result = system_call<SystemCall::ica_map>(bytes);
    if (is_error(result)) {
        last_error = static_cast<int>(-result);
        return nullptr;
    }
    return reinterpret_cast<void*>(result);
}

int ica_free(void* area) { return posix_call<SystemCall::ica_unmap>(area); }

bool is_ica_memory(const void* memory, size_t bytes) {
    const uint64_t start = address_of(memory);
    return start >= ANT_USER_END && start + bytes <= (uint64_t{1} << 32);
}

} // namespace ant
