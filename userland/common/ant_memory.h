// SPDX-License-Identifier: GPL-2.0-only
// AnT's region in this process's address space: what Linux may look at besides LCAs.
#pragma once

#include <sys/mman.h>

#include <antlinux/table.h>

#include <type_traits>

#include "userland/common/descriptor.h"
#include "userland/common/errno.h"

namespace antlinux {

// A structure of the contract at its offset in the region; a const one is mapped for reading only.
// It stays mapped until the process ends, from the page of `place` on if there is space.
template<typename T>
Result<T*> map_ant_memory(const Descriptor& device, antlinux_u32 offset, void* place = nullptr) {
    constexpr int access = std::is_const_v<T> ? PROT_READ : PROT_READ | PROT_WRITE;
    void* memory = ::mmap(place, sizeof(T), access, MAP_SHARED, device.get(),
                          off_t{ANTLINUX_REGION_BASE} + off_t{offset});
    if (memory == MAP_FAILED)
        return last_errno();
    return static_cast<T*>(memory);
}

} // namespace antlinux
