// SPDX-License-Identifier: GPL-2.0-only
// Memory of the process: private (malloc) and shared with Linux (ica_alloc).
#ifndef ANT_LIB_STDLIB_H
#define ANT_LIB_STDLIB_H

#include <cstddef>

namespace ant {

/// Private memory for `bytes` bytes, aligned to 16; nullptr and last_error =
/// ENOMEM when there is none.
[[nodiscard]] void* malloc(size_t bytes);

/// The same at a multiple of `alignment`; EINVAL: not a power of two.
[[nodiscard]] void* aligned_alloc(size_t alignment, size_t bytes);

/// Zeroed memory for `count` objects of `size` bytes.
[[nodiscard]] void* calloc(size_t count, size_t size);

/// Moves a block to one of `bytes` bytes with the old contents; on failure
/// (nullptr) the old block stays valid.
[[nodiscard]] void* realloc(void* memory, size_t bytes);

/// A copy of the text, to be freed; nullptr and ENOMEM as malloc().
[[nodiscard]] char* strdup(const char* text);

/// Gives back what malloc, calloc or realloc gave; nullptr is allowed.
void free(void* memory);

/// Memory that Linux can reach: an ICA area (paper, 3.3.2), zeroed, page aligned,
/// physically contiguous, its virtual address being its physical one. read() and
/// write() on it copy nothing. `bytes` is rounded up to pages. nullptr and
/// last_error on failure: ENOMEM no ICA left, EINVAL 0 bytes.
[[nodiscard]] void* ica_alloc(size_t bytes);

/// Gives back what ica_alloc() gave. 0, or -1 and last_error (EINVAL: not such an
/// address, EBUSY: Linux is using it).
int ica_free(void* area);

/// True when all of [memory, memory + bytes) lies above a process's private
/// memory. There a process has nothing but ICA areas.
[[nodiscard]] bool is_ica_memory(const void* memory, size_t bytes);

} // namespace ant

#endif
