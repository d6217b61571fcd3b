// SPDX-License-Identifier: GPL-2.0-only
// The ICA (Inter-core Communication Area, paper 3.3.2): physically contiguous areas and their
// owners.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/core/area_table.h"

namespace ant {

struct IcaArea {
    PhysicalRange range{};
    ProcessNumber owner{};
    ProcessNumber borrower{};   // a server that it was lent to until it replies; 0: nobody
    bool owner_is_gone = false; // then it is freed when the loan ends
    AreaTable::Number number = 0;

    // Who may have Linux read and write it, and touch it.
    ProcessNumber user() const { return borrower != ProcessNumber{} ? borrower : owner; }
};

// The areas stand in a table sorted by address; what lies between them is free. First fit finds the
// lowest gap that is large enough. Whoever may use an area can be read in the table for Linux, too.
// Not locked: see core/ica.h.
class IcaAllocator {
public:
    static constexpr std::size_t max_areas = AreaTable::capacity;

    constexpr IcaAllocator() = default;

    // Page aligned; nothing allocated yet. `shared`: Linux's table of it.
    void initialise(PhysicalRange ica, antlinux_areas& shared);

    // Whole pages for `bytes` bytes. EINVAL for 0 bytes, ENOMEM when no gap is large enough,
    // ENFILE when the table is full.
    Result<PhysicalRange> allocate(std::uint32_t bytes, ProcessNumber owner);

    // The area that starts there. EINVAL unless it is one and is the owner's; EBUSY: it is lent.
    Result<PhysicalRange> area_of(PhysicalAddress start, ProcessNumber owner) const;

    // Frees the area that starts there. EINVAL, EBUSY as above.
    Result<PhysicalRange> free(PhysicalAddress start, ProcessNumber owner);

    // Gives the area that starts there to another process. EINVAL, EBUSY as above.
    Result<void> transfer(PhysicalAddress start, ProcessNumber from, ProcessNumber to);

    // Lends the area that starts there. EINVAL, EBUSY as above.
    Result<void> lend(PhysicalAddress start, ProcessNumber owner, ProcessNumber borrower);
    // The area that starts there is lent no more; frees it when its owner is gone. EINVAL: it is
    // not lent.
    Result<void> end_loan(PhysicalAddress start, ProcessNumber owner, ProcessNumber borrower);
    // Ends one of the loans between the two, if there is one.
    std::optional<PhysicalRange> end_any_loan(ProcessNumber owner, ProcessNumber borrower);

    // The process has ended: what it borrowed is its owners' again, and what is its own is free.
    // What it has lent becomes free with the end of the loan.
    void free_all(ProcessNumber process);

    // The area that an address lies in.
    std::optional<IcaArea> find(PhysicalAddress address) const;
    // Does the whole range lie inside one area of this process?
    bool owns(ProcessNumber owner, PhysicalRange range) const;

    std::span<const IcaArea> areas() const { return {areas_.data(), count_}; }
    PhysicalRange ica() const { return ica_; }
    PageCount available() const { return available_; }

private:
    // Index of the first area that starts above `address`.
    std::size_t first_above(PhysicalAddress address) const;
    Result<std::size_t> area_at(PhysicalAddress start, ProcessNumber owner) const;
    IcaPages pages_of(PhysicalRange range) const;
    void show_user(const IcaArea& area) { table_.set_user(area.number, area.user()); }
    void forget(const IcaArea& area);
    void remove(std::size_t index);

    PhysicalRange ica_{};
    PageCount available_{};
    std::size_t count_ = 0;
    std::array<IcaArea, max_areas> areas_{};
    AreaTable table_{};
};

} // namespace ant
