// SPDX-License-Identifier: GPL-2.0-only
// A piece of this process's memory that plays AnT's ICA, and the table of who may use it.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "userland/proxy/ica.h"

namespace antlinux::test {

// With a page after it that must not be touched, so that a check that lets an access run over
// the end is found even when Linux makes the access.
class FakeIca {
public:
    static constexpr antlinux_u64 base = 0x5000'0000;
    static constexpr std::size_t size = 0x10000;
    static constexpr std::size_t pages = size / ANTLINUX_PAGE_SIZE;
    static constexpr antlinux_u32 caller = 7;

    FakeIca() {
        void* all = ::mmap(nullptr, size + 4096, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (all == MAP_FAILED || ::mprotect(static_cast<std::byte*>(all) + size, 4096, PROT_NONE))
            std::abort();
        memory_ = static_cast<std::byte*>(all);
        give(1, 0, pages, caller);
    }
    ~FakeIca() { ::munmap(memory_, size + 4096); }
    FakeIca(const FakeIca&) = delete;
    FakeIca& operator=(const FakeIca&) = delete;

    // With the caller's LCA in this page.
    Ica ica(std::size_t lca_page = 0) const {
        return {PhysicalAddress{base}, std::span(memory_, size), *areas_,
                PhysicalAddress{base + lca_page * ANTLINUX_PAGE_SIZE}};
    }
    // At first all pages are one area of the caller's.
    void give(antlinux_u16 area, std::size_t first, std::size_t count, antlinux_u32 user) {
        std::fill_n(areas_->area + first, count, area);
        areas_->user[area] = user;
    }
    // Every byte of the table.
    void fill_areas(int byte) { std::memset(areas_.get(), byte, sizeof *areas_); }
    // Pages of nobody's.
    void take(std::size_t first, std::size_t count) { give(0, first, count, 0); }
    std::byte* at(std::size_t offset) const { return memory_ + offset; }
    // Stores a string with its NUL; returns its physical address.
    antlinux_u64 put(std::size_t offset, std::string_view text) const {
        std::memcpy(at(offset), text.data(), text.size());
        *at(offset + text.size()) = std::byte{0};
        return base + offset;
    }

private:
    std::byte* memory_;
    std::unique_ptr<antlinux_areas> areas_ = std::make_unique<antlinux_areas>();
};

} // namespace antlinux::test
