// SPDX-License-Identifier: GPL-2.0-only
// A stack of the kernel's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ant/base/address.h"

namespace ant {

// Below it lies a page that is not mapped (mkernel/kernel_protection.cpp): a stack that overruns is
// a fault at once, and never somebody else's data.
struct alignas(page_size) KernelStack {
    static constexpr std::uint32_t bytes = 8192;

    std::array<std::byte, page_size> guard{};
    std::array<std::byte, bytes> memory{};

    VirtualAddress top() const { return address_of(memory.data()) + bytes; }
};

} // namespace ant
