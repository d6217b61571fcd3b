// SPDX-License-Identifier: GPL-2.0-only
// The process's memory; see own_memory.h.
#include <algorithm>
#include <ant/lib/errno.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <antlinux/abi.h>

// Where the program's variables begin, and where it ends (program.ld).
extern "C" const char ant_program_data[];
extern "C" const char ant_program_end[];

namespace ant {

namespace {

constexpr uintptr_t page = ANTLINUX_PAGE_SIZE;

constinit uintptr_t heap_end = ANT_USER_HEAP;

/// Bytes from `at` to the end of the range; 0: it lies outside.
uintptr_t rest_of(uintptr_t at, uintptr_t begin, uintptr_t end) {
    return at >= begin && at < end ? end - at : 0;
}

/// The same for the range that `at` lies in, if it is one that libant knows.
uintptr_t known_bytes(uintptr_t at, Access access) {
    if (const uintptr_t rest =
            rest_of(at, ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE, ANT_USER_STACK_TOP))
        return rest;
    if (const uintptr_t rest = rest_of(at, ANT_USER_HEAP, heap_end))
        return rest;
    const uintptr_t program =
        access == Access::write ? address_of(ant_program_data) : uintptr_t{ANT_USER_BASE};
    return rest_of(at, program, address_of(ant_program_end));
}

} // namespace

void set_heap_end(uintptr_t end) { heap_end = end; }

size_t accessible_bytes(const void* memory, size_t bytes, Access access) {
    const uintptr_t start = address_of(memory);
    size_t done = 0;
    while (done < bytes) {
        const uintptr_t at = start + done;
        size_t piece = known_bytes(at, access);
        if (piece == 0) {
            piece = std::min<size_t>(page - at % page, bytes - done);
            const void* place = static_cast<const char*>(memory) + done;
            if (is_error(
                    system_call<SystemCall::memory_check>(place, piece, access == Access::write)))
                break;
        }
        done += piece;
    }
    return std::min(done, bytes);
}

int64_t string_length(const char* text, size_t limit) {
    size_t length = 0;
    while (length < limit) {
        const char* at = text + length;
        const size_t piece = accessible_bytes(
            at, std::min<size_t>(limit - length, page - address_of(at) % page), Access::read);
        if (piece == 0)
            return -EFAULT;
        const size_t found = strnlen(at, piece);
        length += found;
        if (found < piece)
            break;
    }
    return static_cast<int64_t>(length);
}

} // namespace ant
