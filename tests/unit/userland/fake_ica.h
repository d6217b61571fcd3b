// SPDX-License-Identifier: GPL-2.0-only
// A piece of this process's memory that plays AnT's ICA.
#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "userland/proxy/ica.h"

namespace antlinux::test {

// With a page after it that must not be touched, so that a check that lets an access run over
// the end is found even when Linux makes the access.
class FakeIca {
public:
    static constexpr antlinux_u64 base = 0x5000'0000;
    static constexpr std::size_t size = 0x10000;

    FakeIca() {
        void* all = ::mmap(nullptr, size + 4096, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (all == MAP_FAILED || ::mprotect(static_cast<std::byte*>(all) + size, 4096, PROT_NONE))
            std::abort();
        memory_ = static_cast<std::byte*>(all);
    }
    ~FakeIca() { ::munmap(memory_, size + 4096); }
    FakeIca(const FakeIca&) = delete;
    FakeIca& operator=(const FakeIca&) = delete;

    Ica ica() const { return {PhysicalAddress{base}, std::span(memory_, size)}; }
    std::byte* at(std::size_t offset) const { return memory_ + offset; }
    // Stores a string with its NUL; returns its physical address.
    antlinux_u64 put(std::size_t offset, std::string_view text) const {
        std::memcpy(at(offset), text.data(), text.size());
        *at(offset + text.size()) = std::byte{0};
        return base + offset;
    }

private:
    std::byte* memory_;
};

} // namespace antlinux::test
