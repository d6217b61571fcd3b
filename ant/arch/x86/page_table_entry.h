// SPDX-License-Identifier: GPL-2.0-only
// Entries of 32-bit x86 page tables without PAE (Intel SDM vol. 3, 4.3, tables 4-3 to 4-6).
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant {

// Rights and kind of a mapping. The bits are the processor's.
enum class PageFlags : std::uint32_t {
    none = 0,
    writable = 1u << 1,
    user = 1u << 2,          // otherwise for the kernel only
    write_through = 1u << 3, // together with cache_disable: uncached, for device registers
    cache_disable = 1u << 4,
    device = write_through | cache_disable,
    // Bits 9..11 are ignored by the processor. This one marks a frame that the address space owns
    // and gives back at its end: process memory, private page tables; not the shared kernel and
    // not the ICA, whose memory belongs to the ICA allocator.
    owned = 1u << 9,
};

constexpr PageFlags operator|(PageFlags a, PageFlags b) {
    return PageFlags{static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b)};
}
constexpr bool has(PageFlags flags, PageFlags wanted) {
    const auto bits = static_cast<std::uint32_t>(wanted);
    return (static_cast<std::uint32_t>(flags) & bits) == bits;
}

// An entry of a page directory or of a page table; the two differ in the large bit only.
class PageEntry {
public:
    constexpr PageEntry() = default;
    constexpr explicit PageEntry(std::uint32_t bits) : bits_(bits) {}

    // A 4 KiB page.
    static constexpr PageEntry page(PhysicalAddress frame, PageFlags flags) {
        ASSERT(frame.is_page_aligned());
        return PageEntry{frame.value() | static_cast<std::uint32_t>(flags) | present_bit};
    }
    // A 4 MiB page (CR4.PSE = 1). Bits 13..20 would be address bits above 4 GiB (PSE-36): zero.
    static constexpr PageEntry large_page(PhysicalAddress base, PageFlags flags) {
        ASSERT(base.is_aligned(large_page_size));
        return PageEntry{base.value() | static_cast<std::uint32_t>(flags) | present_bit |
                         large_bit};
    }
    // A directory entry for a table. It grants everything: the pages' own entries restrict, since
    // both levels must allow an access (SDM vol. 3, 4.6).
    static constexpr PageEntry table(PhysicalAddress frame, PageFlags extra) {
        return page(frame, PageFlags::writable | PageFlags::user | extra);
    }

    constexpr std::uint32_t bits() const { return bits_; }
    constexpr bool is_present() const { return (bits_ & present_bit) != 0; }
    // In a directory: maps 4 MiB itself. (In a table the bit means something else: PAT.)
    constexpr bool is_large() const { return (bits_ & large_bit) != 0; }
    constexpr PageFlags flags() const { return PageFlags{bits_ & flag_mask}; }
    constexpr PhysicalAddress frame() const { return PhysicalAddress{bits_ & ~(page_size - 1)}; }
    constexpr PhysicalAddress large_frame() const {
        return PhysicalAddress{bits_ & ~(large_page_size - 1)};
    }
    constexpr PageEntry with_user(bool user) const {
        constexpr auto bit = static_cast<std::uint32_t>(PageFlags::user);
        return PageEntry{user ? bits_ | bit : bits_ & ~bit};
    }
    constexpr PageEntry without_owned() const {
        return PageEntry{bits_ & ~static_cast<std::uint32_t>(PageFlags::owned)};
    }
    friend constexpr bool operator==(PageEntry, PageEntry) = default;

private:
    static constexpr std::uint32_t present_bit = 1u << 0;
    static constexpr std::uint32_t large_bit = 1u << 7;
    static constexpr std::uint32_t flag_mask = static_cast<std::uint32_t>(
        PageFlags::writable | PageFlags::user | PageFlags::device | PageFlags::owned);

    std::uint32_t bits_ = 0;
};

constexpr std::uint32_t entries_per_table = 1024;

constexpr std::uint32_t directory_index(VirtualAddress address) { return address.value() >> 22; }
constexpr std::uint32_t table_index(VirtualAddress address) {
    return address.value() >> 12 & (entries_per_table - 1);
}
constexpr PhysicalAddress entry_address(PhysicalAddress table, std::uint32_t index) {
    return table + index * static_cast<std::uint32_t>(sizeof(std::uint32_t));
}

} // namespace ant
