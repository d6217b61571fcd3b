// SPDX-License-Identifier: GPL-2.0-only
// The ICA allocator: first fit over a sorted table of areas.
#include "ant/core/ica_allocator.h"

#include <algorithm>

namespace ant {

void IcaAllocator::initialise(PhysicalRange ica, antlinux_areas& shared) {
    ASSERT(ica.is_page_aligned());
    ASSERT(ica.is_valid());
    ASSERT(ica.pages().value() <= AreaTable::max_pages);
    ica_ = ica;
    available_ = ica.pages();
    count_ = 0;
    table_.open(shared);
}

Result<PhysicalRange> IcaAllocator::allocate(std::uint32_t bytes, ProcessNumber owner) {
    if (bytes == 0)
        return Errno::einval;
    const PageCount pages = PageCount::for_bytes(bytes);
    if (pages > available_)
        return Errno::enomem;
    if (count_ == max_areas)
        return Errno::enfile;

    // The gap before each area in turn, at last the one behind all of them.
    std::uint64_t gap = ica_.base.value();
    for (std::size_t i = 0; i <= count_; ++i) {
        const std::uint64_t gap_end = i < count_ ? areas_[i].range.base.value() : ica_.end();
        if (gap_end - gap >= pages.bytes()) {
            const auto range =
                PhysicalRange::of_pages(PhysicalAddress{static_cast<std::uint32_t>(gap)}, pages);
            std::move_backward(areas_.begin() + i, areas_.begin() + count_,
                               areas_.begin() + count_ + 1);
            areas_[i] = {
                .range = range, .owner = owner, .number = table_.add(pages_of(range), owner)};
            ++count_;
            available_ -= pages;
            return range;
        }
        if (i < count_)
            gap = areas_[i].range.end();
    }
    return Errno::enomem; // enough in all, but not in one piece
}

Result<PhysicalRange> IcaAllocator::area_of(PhysicalAddress start, ProcessNumber owner) const {
    return areas_[TRY(area_at(start, owner))].range;
}

Result<PhysicalRange> IcaAllocator::free(PhysicalAddress start, ProcessNumber owner) {
    const std::size_t index = TRY(area_at(start, owner));
    const PhysicalRange range = areas_[index].range;
    remove(index);
    return range;
}

Result<void> IcaAllocator::transfer(PhysicalAddress start, ProcessNumber from, ProcessNumber to) {
    IcaArea& area = areas_[TRY(area_at(start, from))];
    area.owner = to;
    show_user(area);
    return {};
}

Result<void> IcaAllocator::lend(PhysicalAddress start, ProcessNumber owner,
                                ProcessNumber borrower) {
    ASSERT(borrower != ProcessNumber{});
    IcaArea& area = areas_[TRY(area_at(start, owner))];
    area.borrower = borrower;
    show_user(area);
    return {};
}

Result<void> IcaAllocator::end_loan(PhysicalAddress start, ProcessNumber owner,
                                    ProcessNumber borrower) {
    const std::size_t above = first_above(start);
    if (above == 0)
        return Errno::einval;
    IcaArea& area = areas_[above - 1];
    if (area.range.base != start || area.owner != owner || area.borrower != borrower)
        return Errno::einval;
    area.borrower = {};
    if (area.owner_is_gone)
        remove(above - 1);
    else
        show_user(area);
    return {};
}

std::optional<PhysicalRange> IcaAllocator::end_any_loan(ProcessNumber owner,
                                                        ProcessNumber borrower) {
    for (const IcaArea& area : areas()) {
        if (area.owner != owner || area.borrower != borrower)
            continue;
        const PhysicalRange range = area.range;
        const auto ended = end_loan(range.base, owner, borrower);
        ASSERT(ended.is_ok());
        return range;
    }
    return std::nullopt;
}

void IcaAllocator::free_all(ProcessNumber process) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        IcaArea area = areas_[i];
        if (area.borrower == process)
            area.borrower = {};
        if (area.owner == process)
            area.owner_is_gone = true;
        if (area.owner_is_gone && area.borrower == ProcessNumber{}) {
            forget(area);
        } else {
            show_user(area);
            areas_[kept++] = area;
        }
    }
    count_ = kept;
}

std::optional<IcaArea> IcaAllocator::find(PhysicalAddress address) const {
    const std::size_t above = first_above(address);
    if (above == 0 || !areas_[above - 1].range.contains(address))
        return std::nullopt;
    return areas_[above - 1];
}

bool IcaAllocator::owns(ProcessNumber owner, PhysicalRange range) const {
    const auto area = find(range.base);
    return area && area->owner == owner && area->range.contains(range);
}

std::size_t IcaAllocator::first_above(PhysicalAddress address) const {
    const auto all = areas();
    const auto above = std::upper_bound(
        all.begin(), all.end(), address,
        [](PhysicalAddress wanted, const IcaArea& area) { return wanted < area.range.base; });
    return static_cast<std::size_t>(above - all.begin());
}

Result<std::size_t> IcaAllocator::area_at(PhysicalAddress start, ProcessNumber owner) const {
    const std::size_t above = first_above(start);
    if (above == 0)
        return Errno::einval;
    const IcaArea& area = areas_[above - 1];
    if (area.range.base != start || area.owner != owner)
        return Errno::einval;
    if (area.borrower != ProcessNumber{})
        return Errno::ebusy;
    return above - 1;
}

IcaPages IcaAllocator::pages_of(PhysicalRange range) const {
    return {(range.base - ica_.base) / page_size, range.pages()};
}

void IcaAllocator::forget(const IcaArea& area) {
    table_.remove(area.number, pages_of(area.range));
    available_ += area.range.pages();
}

void IcaAllocator::remove(std::size_t index) {
    forget(areas_[index]);
    std::move(areas_.begin() + index + 1, areas_.begin() + count_, areas_.begin() + index);
    --count_;
}

} // namespace ant
