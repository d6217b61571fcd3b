// SPDX-License-Identifier: GPL-2.0-only
// Which memory the process may use. Linux answers EFAULT to a bad address; so that a bad one of
// private memory is an errno, too, and not the program's end, libant looks before it copies.
#ifndef ANT_LIB_OWN_MEMORY_H
#define ANT_LIB_OWN_MEMORY_H

#include <cstddef>
#include <cstdint>

namespace ant {

enum class Access : bool { read, write };

/// How many of the bytes at `memory` the process may access, counted from the first one. For the
/// program, its stack and its heap this asks nobody; for all else it asks the kernel.
[[nodiscard]] size_t accessible_bytes(const void* memory, size_t bytes, Access access);

/// May it write an object there?
template<typename T> [[nodiscard]] bool is_writable(T* place) {
    return accessible_bytes(place, sizeof(T), Access::write) == sizeof(T);
}

/// strnlen(), or -EFAULT: the memory ends before the string does.
[[nodiscard]] int64_t string_length(const char* text, size_t limit);

/// malloc's memory, which begins at ANT_USER_HEAP, ends there from now on.
void set_heap_end(uintptr_t end);

} // namespace ant

#endif
