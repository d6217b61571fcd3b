// SPDX-License-Identifier: GPL-2.0-only
// Two-level page tables of 32-bit x86 (Intel SDM vol. 3, 4.3), over any kind of memory.
#pragma once

#include <concepts>
#include <cstdint>

#include "ant/arch/x86/page_table_entry.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// What a page table needs of the machine. The kernel's reaches physical memory and executes INVLPG;
// the unit tests' is a fake that records each step.
template<typename Memory>
concept PageTableMemory = requires(Memory memory, PhysicalAddress physical, VirtualAddress page) {
    { memory.read(physical) } -> std::same_as<std::uint32_t>;
    {memory.write(physical, std::uint32_t{})};
    // Each of so many words becomes (word & first mask) | second mask.
    {memory.mask_words(physical, std::uint32_t{}, std::uint32_t{}, std::uint32_t{})};
    { memory.allocate_zeroed_frame() } -> std::same_as<Result<PhysicalAddress>>;
    {memory.free_frame(physical)};
    // Drops the processor's memory of one page, large or small (SDM vol. 3, 4.10.4.1). Does nothing
    // when the address space is not the one in use.
    {memory.invalidate(page)};
};

struct Translation {
    PhysicalAddress address{};
    PageFlags flags{}; // what both levels together allow
    bool is_large = false;
};

// An operation that fails has changed nothing, except that an empty page table may have been added.
template<PageTableMemory Memory> class PageTable {
public:
    PageTable(Memory& memory, PhysicalAddress directory) : memory_(memory), directory_(directory) {
        ASSERT(directory.is_page_aligned());
    }

    PhysicalAddress directory() const { return directory_; } // for CR3

    // Maps one 4 KiB page. EEXIST when something is mapped there, ENOMEM without a frame for the
    // page table.
    Result<void> map_page(VirtualAddress page, PhysicalAddress frame, PageFlags flags);

    // Maps 4 MiB by one directory entry. EEXIST when something is mapped in there.
    Result<void> map_large_page(VirtualAddress page, PhysicalAddress base, PageFlags flags);

    // Takes one 4 KiB page away; the entry it had. ENOENT when none is mapped, EINVAL when the page
    // is part of a large one.
    Result<PageEntry> unmap_page(VirtualAddress page);

    // ENOENT when nothing is mapped there.
    Result<Translation> translate(VirtualAddress address) const;

    // May a process use all of the range (for writing)? For checking what it hands to the kernel.
    bool allows_user(VirtualRange range, bool write) const;

    // Sets or clears the user bit of all pages of the range, which must be mapped (ENOENT). A 4 MiB
    // page that the range touches is split first (ENOMEM).
    Result<void> set_user(VirtualRange range, bool user);

    // The two steps of set_user(), for callers that do the second often. Splitting what is already
    // split does nothing. ENOENT, ENOMEM.
    Result<void> split_large_pages(VirtualRange range);
    bool is_split(VirtualRange range) const; // and mapped
    // All pages must have entries of their own. The TLB is left to the caller: emptying it once
    // takes no longer the more pages there are.
    void flip_user(VirtualRange range, bool user);

    // Shares another address space's directory entries for the range (whole 4 MiB): the kernel's
    // part. Its page tables stay the other's.
    void share(const PageTable& other, VirtualRange range);

    // Gives back every owned frame and every private page table. The directory itself stays.
    void tear_down();

private:
    PageEntry read(PhysicalAddress table, std::uint32_t index) const {
        return PageEntry{memory_.read(entry_address(table, index))};
    }
    void write(PhysicalAddress table, std::uint32_t index, PageEntry entry) {
        memory_.write(entry_address(table, index), entry.bits());
    }
    Result<PhysicalAddress> table_for(VirtualAddress page);
    Result<void> split(VirtualAddress large_page);
    void release_table(PhysicalAddress table);

    Memory& memory_;
    PhysicalAddress directory_;
};

template<PageTableMemory Memory>
Result<PhysicalAddress> PageTable<Memory>::table_for(VirtualAddress page) {
    const std::uint32_t index = directory_index(page);
    const PageEntry entry = read(directory_, index);
    if (entry.is_present()) {
        if (entry.is_large())
            return Errno::eexist;
        return entry.frame();
    }
    const PhysicalAddress table = TRY(memory_.allocate_zeroed_frame());
    write(directory_, index, PageEntry::table(table, PageFlags::owned));
    return table;
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::map_page(VirtualAddress page, PhysicalAddress frame,
                                         PageFlags flags) {
    ASSERT(page.is_page_aligned());
    const PhysicalAddress table = TRY(table_for(page));
    const std::uint32_t index = table_index(page);
    if (read(table, index).is_present())
        return Errno::eexist;
    write(table, index, PageEntry::page(frame, flags));
    return {}; // no invalidation: the processor does not remember absent pages (4.10.2.3)
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::map_large_page(VirtualAddress page, PhysicalAddress base,
                                               PageFlags flags) {
    ASSERT(page.is_aligned(large_page_size));
    const std::uint32_t index = directory_index(page);
    if (read(directory_, index).is_present())
        return Errno::eexist;
    write(directory_, index, PageEntry::large_page(base, flags));
    return {};
}

template<PageTableMemory Memory>
Result<PageEntry> PageTable<Memory>::unmap_page(VirtualAddress page) {
    ASSERT(page.is_page_aligned());
    const PageEntry directory_entry = read(directory_, directory_index(page));
    if (!directory_entry.is_present())
        return Errno::enoent;
    if (directory_entry.is_large())
        return Errno::einval;
    const PhysicalAddress table = directory_entry.frame();
    const PageEntry entry = read(table, table_index(page));
    if (!entry.is_present())
        return Errno::enoent;
    write(table, table_index(page), PageEntry{});
    memory_.invalidate(page);
    return entry;
}

template<PageTableMemory Memory>
Result<Translation> PageTable<Memory>::translate(VirtualAddress address) const {
    const PageEntry directory_entry = read(directory_, directory_index(address));
    if (!directory_entry.is_present())
        return Errno::enoent;
    if (directory_entry.is_large()) {
        const std::uint32_t offset = address - address.large_page_start();
        return Translation{directory_entry.large_frame() + offset, directory_entry.flags(), true};
    }
    const PageEntry entry = read(directory_entry.frame(), table_index(address));
    if (!entry.is_present())
        return Errno::enoent;
    // The table's directory entry grants everything (PageEntry::table), so the page's entry
    // decides.
    return Translation{entry.frame() + address.page_offset(), entry.flags(), false};
}

template<PageTableMemory Memory>
bool PageTable<Memory>::allows_user(VirtualRange range, bool write) const {
    if (!range.is_valid())
        return false;
    const PageFlags wanted = write ? PageFlags::user | PageFlags::writable : PageFlags::user;
    for (std::uint64_t at = range.base.page_start().value(); at < range.end(); at += page_size) {
        const auto translation = translate(VirtualAddress{static_cast<std::uint32_t>(at)});
        if (translation.is_error() || !has(translation.value().flags, wanted))
            return false;
    }
    return true;
}

// A 4 MiB page becomes a private table with 1,024 entries that say the same. The processor may then
// hold the old translation beside new ones; as long as they agree in address and rights that is
// harmless (SDM vol. 3, 4.10.2.3), and the invalidation ends it before a right is changed.
template<PageTableMemory Memory> Result<void> PageTable<Memory>::split(VirtualAddress large_page) {
    const std::uint32_t index = directory_index(large_page);
    const PageEntry large = read(directory_, index);
    const PhysicalAddress table = TRY(memory_.allocate_zeroed_frame());
    for (std::uint32_t i = 0; i < entries_per_table; ++i)
        write(table, i, PageEntry::page(large.large_frame() + i * page_size, large.flags()));
    write(directory_, index, PageEntry::table(table, PageFlags::owned));
    memory_.invalidate(large_page);
    return {};
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::split_large_pages(VirtualRange range) {
    ASSERT(range.is_page_aligned());
    ASSERT(range.is_valid());
    for (std::uint64_t at = range.base.value(); at < range.end(); at += page_size)
        TRY(translate(VirtualAddress{static_cast<std::uint32_t>(at)}));
    for (std::uint64_t at = range.base.large_page_start().value(); at < range.end();
         at += large_page_size) {
        const VirtualAddress large_page{static_cast<std::uint32_t>(at)};
        if (read(directory_, directory_index(large_page)).is_large())
            TRY(split(large_page));
    }
    return {};
}

template<PageTableMemory Memory> bool PageTable<Memory>::is_split(VirtualRange range) const {
    for (std::uint64_t at = range.base.large_page_start().value(); at < range.end();
         at += large_page_size) {
        const VirtualAddress large_page{static_cast<std::uint32_t>(at)};
        const PageEntry entry = read(directory_, directory_index(large_page));
        if (!entry.is_present() || entry.is_large())
            return false;
    }
    return true;
}

template<PageTableMemory Memory> void PageTable<Memory>::flip_user(VirtualRange range, bool user) {
    ASSERT(range.is_page_aligned());
    ASSERT(range.is_valid());
    std::uint64_t at = range.base.value();
    while (at < range.end()) {
        const VirtualAddress page{static_cast<std::uint32_t>(at)};
        const PageEntry directory_entry = read(directory_, directory_index(page));
        ASSERT(directory_entry.is_present());
        ASSERT(!directory_entry.is_large());
        const std::uint64_t table_end =
            std::uint64_t{page.large_page_start().value()} + large_page_size;
        const std::uint64_t end = table_end < range.end() ? table_end : range.end();
        const auto pages = static_cast<std::uint32_t>((end - at) / page_size);
        const PhysicalAddress entry = entry_address(directory_entry.frame(), table_index(page));
        constexpr auto bit = static_cast<std::uint32_t>(PageFlags::user);
        memory_.mask_words(entry, pages, ~bit, user ? bit : 0);
        at = end;
    }
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::set_user(VirtualRange range, bool user) {
    TRY(split_large_pages(range)); // everything that can fail
    for (std::uint64_t at = range.base.value(); at < range.end(); at += page_size) {
        const VirtualAddress page{static_cast<std::uint32_t>(at)};
        const PhysicalAddress table = read(directory_, directory_index(page)).frame();
        write(table, table_index(page), read(table, table_index(page)).with_user(user));
        memory_.invalidate(page);
    }
    return {};
}

template<PageTableMemory Memory>
void PageTable<Memory>::share(const PageTable& other, VirtualRange range) {
    ASSERT(range.base.is_aligned(large_page_size));
    ASSERT(range.size % large_page_size == 0);
    ASSERT(range.is_valid());
    for (std::uint64_t at = range.base.value(); at < range.end(); at += large_page_size) {
        const auto index = static_cast<std::uint32_t>(at >> 22);
        ASSERT(!read(directory_, index).is_present());
        write(directory_, index, other.read(other.directory_, index).without_owned());
    }
}

template<PageTableMemory Memory> void PageTable<Memory>::release_table(PhysicalAddress table) {
    for (std::uint32_t i = 0; i < entries_per_table; ++i) {
        const PageEntry entry = read(table, i);
        if (entry.is_present() && has(entry.flags(), PageFlags::owned))
            memory_.free_frame(entry.frame());
    }
    memory_.free_frame(table);
}

template<PageTableMemory Memory> void PageTable<Memory>::tear_down() {
    for (std::uint32_t i = 0; i < entries_per_table; ++i) {
        const PageEntry entry = read(directory_, i);
        if (!entry.is_present() || !has(entry.flags(), PageFlags::owned))
            continue;
        ASSERT(!entry.is_large()); // owned 4 MiB pages are never made
        write(directory_, i, PageEntry{});
        release_table(entry.frame());
    }
}

} // namespace ant
