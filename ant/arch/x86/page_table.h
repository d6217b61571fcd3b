// SPDX-License-Identifier: GPL-2.0-only
// Three-level page tables of 32-bit x86 (Intel SDM vol. 3, 4.4 "PAE paging"), over any kind of
// memory. At the top stand four directories, one for each GiB; a directory maps 2 MiB with each
// entry, by itself or by a table of 4 KiB pages.
#pragma once

#include <algorithm>
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
    // An entry's lower half, and all of it.
    { memory.read(physical) } -> std::same_as<std::uint32_t>;
    memory.write(physical, std::uint64_t{});
    // The lower half of each of so many entries becomes (half & first mask) | second mask.
    memory.mask_entries(physical, std::uint32_t{}, std::uint32_t{}, std::uint32_t{});
    { memory.allocate_zeroed_frame() } -> std::same_as<Result<PhysicalAddress>>;
    memory.free_frame(physical);
    // Drops the processor's memory of one page, large or small (SDM vol. 3, 4.10.4.1). Does nothing
    // when the address space is not the one in use.
    memory.invalidate(page);
    // The same for everything. The processor reads the four directories' addresses only when CR3 is
    // loaded (SDM vol. 3, 4.4.1), so that a new one takes this.
    memory.invalidate_all();
};

struct Translation {
    PhysicalAddress address{};
    PageFlags flags{}; // what all levels together allow
    bool is_large = false;
};

// An operation that fails has changed nothing, except that an empty page table or a private copy of
// a directory may have been added.
template<PageTableMemory Memory> class PageTable {
public:
    // `top`: the table of four directories.
    PageTable(Memory& memory, PhysicalAddress top) : memory_(memory), top_(top) {
        ASSERT(top.is_aligned(top_alignment));
    }
    static constexpr std::uint32_t top_alignment = 32;

    PhysicalAddress top() const { return top_; } // for CR3

    // Maps one 4 KiB page. EEXIST when something is mapped there, ENOMEM without a frame for the
    // page table.
    Result<void> map_page(VirtualAddress page, PhysicalAddress frame, PageFlags flags);

    // Maps 2 MiB by one directory entry. EEXIST when something is mapped in there, ENOMEM.
    Result<void> map_large_page(VirtualAddress page, PhysicalAddress base, PageFlags flags);

    // Takes one 4 KiB page away; the entry it had. ENOENT when none is mapped, EINVAL when the page
    // is part of a large one.
    Result<PageEntry> unmap_page(VirtualAddress page);

    // ENOENT when nothing is mapped there.
    Result<Translation> translate(VirtualAddress address) const;

    // May a process use all of the range (for writing)? For checking what it hands to the kernel.
    bool allows_user(VirtualRange range, bool write) const;

    // All pages of the range, which must be mapped (ENOENT), get entries of their own, which say
    // what the large pages' did. ENOMEM.
    Result<void> split_large_pages(VirtualRange range);
    bool is_split(VirtualRange range) const; // and mapped

    // Sets or clears the user bit of pages that have entries of their own. The TLB is left to the
    // caller: emptying it once takes no longer the more pages there are.
    void flip_user(VirtualRange range, bool user);

    // Splits the range and gives its pages these rights in place of those they have.
    Result<void> protect(VirtualRange range, PageFlags rights);

    // Shares another address space's directories: the kernel's part. What changes in them later,
    // here, changes in a private copy; page tables in them stay the other's.
    void share(const PageTable& other);

    // Gives back every owned frame that is mapped. What is not owned stays mapped, and the tables
    // stay. The TLB is left to the caller. Does so for so many private page tables from the
    // `first`-th on, and counts it on; true: there are no more.
    [[nodiscard]] bool free_pages(std::uint32_t& first, std::uint32_t most_tables = ~0u);

    // The same, and every private page table and directory. The top stays. False: that was done for
    // so many page tables, and there are more.
    [[nodiscard]] bool tear_down(std::uint32_t most_tables = ~0u);

private:
    PageEntry read(PhysicalAddress table, std::uint32_t index) const {
        return PageEntry{memory_.read(entry_address(table, index))};
    }
    void write(PhysicalAddress table, std::uint32_t index, PageEntry entry) {
        memory_.write(entry_address(table, index), entry.bits());
    }
    // The directory's entry for an address; one that is not present when there is no directory.
    PageEntry large_entry(VirtualAddress address) const {
        const PageEntry directory = read(top_, top_index(address));
        return directory.is_present() ? read(directory.frame(), directory_index(address))
                                      : PageEntry{};
    }
    // For changes: the directory is private when it is there.
    Result<PhysicalAddress> directory_for(VirtualAddress address);
    Result<PhysicalAddress> table_for(VirtualAddress page);
    Result<void> split(VirtualAddress large_page);
    void free_pages_of(PhysicalAddress table);

    // Calls use(index, entry) for each entry of the table whose frame belongs to this address
    // space, until one says false; that is the answer.
    template<typename Use>
    bool all_owned(PhysicalAddress table, std::uint32_t entries, Use use) const {
        for (std::uint32_t i = 0; i < entries; ++i)
            if (const PageEntry entry = read(table, i);
                entry.is_present() && has(entry.flags(), PageFlags::owned))
                if (!use(i, entry))
                    return false;
        return true;
    }

    // Calls use(entry of the directory, part of the range) for each 2 MiB that the range touches.
    template<typename Use> void for_each_large(VirtualRange range, Use use) const {
        ASSERT(range.is_page_aligned());
        ASSERT(range.is_valid());
        for (std::uint64_t at = range.base.value(); at < range.end();) {
            const VirtualAddress page{static_cast<std::uint32_t>(at)};
            const std::uint64_t end = std::min(
                std::uint64_t{page.large_page_start().value()} + large_page_size, range.end());
            use(large_entry(page), VirtualRange{page, static_cast<std::uint32_t>(end - at)});
            at = end;
        }
    }

    Memory& memory_;
    PhysicalAddress top_;
};

template<PageTableMemory Memory>
Result<PhysicalAddress> PageTable<Memory>::directory_for(VirtualAddress address) {
    const std::uint32_t index = top_index(address);
    const PageEntry entry = read(top_, index);
    if (entry.is_present() && has(entry.flags(), PageFlags::owned))
        return entry.frame();
    const PhysicalAddress directory = TRY(memory_.allocate_zeroed_frame());
    if (entry.is_present())
        for (std::uint32_t i = 0; i < entries_per_table; ++i)
            write(directory, i, read(entry.frame(), i).without_owned());
    write(top_, index, PageEntry::directory(directory, PageFlags::owned));
    memory_.invalidate_all();
    return directory;
}

template<PageTableMemory Memory>
Result<PhysicalAddress> PageTable<Memory>::table_for(VirtualAddress page) {
    const PhysicalAddress directory = TRY(directory_for(page));
    const std::uint32_t index = directory_index(page);
    const PageEntry entry = read(directory, index);
    if (entry.is_present()) {
        if (entry.is_large())
            return Errno::eexist;
        ASSERT(has(entry.flags(), PageFlags::owned)); // devices are not where the kernel's are
        return entry.frame();
    }
    const PhysicalAddress table = TRY(memory_.allocate_zeroed_frame());
    write(directory, index, PageEntry::table(table, PageFlags::owned));
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
    if (large_entry(page).is_present())
        return Errno::eexist;
    const PhysicalAddress directory = TRY(directory_for(page));
    write(directory, directory_index(page), PageEntry::large_page(base, flags));
    return {};
}

template<PageTableMemory Memory>
Result<PageEntry> PageTable<Memory>::unmap_page(VirtualAddress page) {
    ASSERT(page.is_page_aligned());
    const PageEntry directory_entry = large_entry(page);
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
    const PageEntry directory_entry = large_entry(address);
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

// A 2 MiB page becomes a private table with 512 entries that say the same. The processor may then
// hold the old translation beside new ones; as long as they agree in address and rights that is
// harmless (SDM vol. 3, 4.10.2.3), and the invalidation ends it before a right is changed.
template<PageTableMemory Memory> Result<void> PageTable<Memory>::split(VirtualAddress large_page) {
    const PhysicalAddress directory = TRY(directory_for(large_page));
    const std::uint32_t index = directory_index(large_page);
    const PageEntry large = read(directory, index);
    const PhysicalAddress table = TRY(memory_.allocate_zeroed_frame());
    for (std::uint32_t i = 0; i < entries_per_table; ++i)
        write(table, i, PageEntry::page(large.large_frame() + i * page_size, large.flags()));
    write(directory, index, PageEntry::table(table, PageFlags::owned));
    memory_.invalidate(large_page);
    return {};
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::split_large_pages(VirtualRange range) {
    bool all_mapped = true;
    for_each_large(range, [&](PageEntry entry, VirtualRange part) {
        if (entry.is_present() && entry.is_large())
            return;
        for (std::uint32_t offset = 0; offset < part.size; offset += page_size)
            all_mapped = all_mapped && entry.is_present() &&
                         read(entry.frame(), table_index(part.base + offset)).is_present();
    });
    if (!all_mapped)
        return Errno::enoent;
    Result<void> done{};
    for_each_large(range, [&](PageEntry entry, VirtualRange part) {
        if (entry.is_large() && done.is_ok())
            done = split(part.base.large_page_start());
    });
    return done;
}

template<PageTableMemory Memory> bool PageTable<Memory>::is_split(VirtualRange range) const {
    bool all = true;
    for_each_large(range, [&](PageEntry entry, VirtualRange) {
        all = all && entry.is_present() && !entry.is_large();
    });
    return all;
}

template<PageTableMemory Memory> void PageTable<Memory>::flip_user(VirtualRange range, bool user) {
    for_each_large(range, [&](PageEntry entry, VirtualRange part) {
        ASSERT(entry.is_present());
        ASSERT(!entry.is_large());
        constexpr auto bit = static_cast<std::uint32_t>(PageFlags::user);
        memory_.mask_entries(entry_address(entry.frame(), table_index(part.base)),
                             part.pages().value(), ~bit, user ? bit : 0);
    });
}

template<PageTableMemory Memory>
Result<void> PageTable<Memory>::protect(VirtualRange range, PageFlags rights) {
    TRY(split_large_pages(range)); // everything that can fail
    for_each_large(range, [&](PageEntry entry, VirtualRange part) {
        for (std::uint32_t offset = 0; offset < part.size; offset += page_size) {
            const std::uint32_t index = table_index(part.base + offset);
            const PageEntry page = read(entry.frame(), index);
            write(entry.frame(), index, PageEntry::page(page.frame(), rights));
            memory_.invalidate(part.base + offset);
        }
    });
    return {};
}

template<PageTableMemory Memory> void PageTable<Memory>::share(const PageTable& other) {
    for (std::uint32_t i = 0; i < directory_count; ++i) {
        ASSERT(!read(top_, i).is_present());
        write(top_, i, other.read(other.top_, i).without_owned());
    }
}

template<PageTableMemory Memory> void PageTable<Memory>::free_pages_of(PhysicalAddress table) {
    all_owned(table, entries_per_table, [this, table](std::uint32_t i, PageEntry page) {
        write(table, i, PageEntry{});
        memory_.free_frame(page.frame());
        return true;
    });
}

template<PageTableMemory Memory>
bool PageTable<Memory>::free_pages(std::uint32_t& first, std::uint32_t most_tables) {
    std::uint32_t skip = first;
    return all_owned(top_, directory_count, [&](std::uint32_t, PageEntry directory) {
        return all_owned(directory.frame(), entries_per_table, [&](std::uint32_t, PageEntry table) {
            if (skip > 0) {
                --skip;
                return true;
            }
            if (most_tables-- == 0)
                return false;
            ++first;
            free_pages_of(table.frame());
            return true;
        });
    });
}

template<PageTableMemory Memory> bool PageTable<Memory>::tear_down(std::uint32_t most_tables) {
    return all_owned(top_, directory_count, [&](std::uint32_t i, PageEntry directory) {
        const PhysicalAddress tables = directory.frame();
        const bool is_all =
            all_owned(tables, entries_per_table, [&](std::uint32_t j, PageEntry table) {
                ASSERT(!table.is_large()); // owned 2 MiB pages are never made
                if (most_tables-- == 0)
                    return false;
                write(tables, j, PageEntry{});
                free_pages_of(table.frame());
                memory_.free_frame(table.frame());
                return true;
            });
        if (!is_all)
            return false;
        write(top_, i, PageEntry{});
        memory_.free_frame(tables);
        return true;
    });
}

} // namespace ant
