// SPDX-License-Identifier: GPL-2.0-only
// Entries of 32-bit x86 page tables with PAE (Intel SDM vol. 3, 4.4, tables 4-7 to 4-11): 64 bits
// each. All of AnT's memory lies below 4 GiB, so of an entry's upper half only the top bit is ever
// set: "execute disable". The lower half says the same in a bit of ours, so that whoever reads an
// entry needs the lower half only.
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
    no_execute = 1u << 10, // sets the bit that the processor heeds, see PageEntry::bits()
};

constexpr PageFlags operator|(PageFlags a, PageFlags b) {
    return PageFlags{static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b)};
}
constexpr bool has(PageFlags flags, PageFlags wanted) {
    const auto bits = static_cast<std::uint32_t>(wanted);
    return (static_cast<std::uint32_t>(flags) & bits) == bits;
}

// An entry of any of the three levels: of the table of four directories, of a directory, or of a
// page table.
class PageEntry {
public:
    constexpr PageEntry() = default;
    constexpr explicit PageEntry(std::uint32_t lower_half) : lower_half_(lower_half) {}

    // A 4 KiB page.
    static constexpr PageEntry page(PhysicalAddress frame, PageFlags flags) {
        ASSERT(frame.is_page_aligned());
        return PageEntry{frame.value() | static_cast<std::uint32_t>(flags) | present_bit};
    }
    // A 2 MiB page.
    static constexpr PageEntry large_page(PhysicalAddress base, PageFlags flags) {
        ASSERT(base.is_aligned(large_page_size));
        return PageEntry{base.value() | static_cast<std::uint32_t>(flags) | present_bit |
                         large_bit};
    }
    // A directory's entry for a page table. It grants everything: the pages' own entries restrict,
    // since both levels must allow an access (SDM vol. 3, 4.6).
    static constexpr PageEntry table(PhysicalAddress frame, PageFlags extra) {
        return page(frame, PageFlags::writable | PageFlags::user | extra);
    }
    // One of the four directories. At this level the bits for rights must be zero (table 4-8).
    static constexpr PageEntry directory(PhysicalAddress frame, PageFlags extra) {
        return page(frame, extra);
    }

    constexpr std::uint32_t lower_half() const { return lower_half_; }
    // As the processor reads it.
    constexpr std::uint64_t bits() const {
        return has(flags(), PageFlags::no_execute) ? lower_half_ | execute_disable_bit
                                                   : lower_half_;
    }
    constexpr bool is_present() const { return (lower_half_ & present_bit) != 0; }
    // In a directory: maps 2 MiB itself. (In a table the bit means something else: PAT.)
    constexpr bool is_large() const { return (lower_half_ & large_bit) != 0; }
    constexpr PageFlags flags() const { return PageFlags{lower_half_ & flag_mask}; }
    constexpr PhysicalAddress frame() const {
        return PhysicalAddress{lower_half_ & ~(page_size - 1)};
    }
    constexpr PhysicalAddress large_frame() const {
        return PhysicalAddress{lower_half_ & ~(large_page_size - 1)};
    }
    constexpr PageEntry without_owned() const {
        return PageEntry{lower_half_ & ~static_cast<std::uint32_t>(PageFlags::owned)};
    }
    friend constexpr bool operator==(PageEntry, PageEntry) = default;

    static constexpr std::uint64_t execute_disable_bit = std::uint64_t{1} << 63;

private:
    static constexpr std::uint32_t present_bit = 1u << 0;
    static constexpr std::uint32_t large_bit = 1u << 7;
    static constexpr std::uint32_t flag_mask =
        static_cast<std::uint32_t>(PageFlags::writable | PageFlags::user | PageFlags::device |
                                   PageFlags::owned | PageFlags::no_execute);

    std::uint32_t lower_half_ = 0;
};

constexpr std::uint32_t directory_count = 4; // of 1 GiB each
constexpr std::uint32_t entries_per_table = 512;

// The three parts of a virtual address, without its offset in the page.
constexpr std::uint32_t top_index(VirtualAddress address) { return address.value() >> 30; }
constexpr std::uint32_t directory_index(VirtualAddress address) {
    return address.value() >> 21 & (entries_per_table - 1);
}
constexpr std::uint32_t table_index(VirtualAddress address) {
    return address.value() >> 12 & (entries_per_table - 1);
}
constexpr PhysicalAddress entry_address(PhysicalAddress table, std::uint32_t index) {
    return table + index * static_cast<std::uint32_t>(sizeof(std::uint64_t));
}

} // namespace ant
