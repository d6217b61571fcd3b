// SPDX-License-Identifier: GPL-2.0-only
// The ICA (Inter-core Communication Area, paper 3.3.2): physically contiguous areas and their
// owners.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/address.h"
#include "kernel/result.h"

namespace ant {

struct IcaArea {
    PhysicalRange range{};
    ProcessNumber owner{};
};

// The areas stand in a table sorted by address; what lies between them is free. First fit finds the
// lowest gap that is large enough. Used by the m-kernel's core only: no lock.
class IcaAllocator {
public:
    static constexpr std::size_t max_areas = 1024;

    constexpr IcaAllocator() = default;

    // Page aligned; nothing allocated yet.
    void initialise(PhysicalRange ica);

    // Whole pages for `bytes` bytes. EINVAL for 0 bytes, ENOMEM when no gap is large enough,
    // ENFILE when the table is full.
    Result<PhysicalRange> allocate(std::uint32_t bytes, ProcessNumber owner);

    // Frees the area that starts there. EINVAL unless it is one and is the owner's.
    Result<PhysicalRange> free(PhysicalAddress start, ProcessNumber owner);

    // Gives the area that starts there to another process. EINVAL as above.
    Result<void> transfer(PhysicalAddress start, ProcessNumber from, ProcessNumber to);

    // Frees every area of one process; how many pages that were.
    PageCount free_all(ProcessNumber owner);

    // The area that an address lies in.
    std::optional<IcaArea> find(PhysicalAddress address) const;
    // Does the whole range lie inside one area of this process?
    bool owns(ProcessNumber owner, PhysicalRange range) const;

    std::span<const IcaArea> areas() const { return {areas_.data(), count_}; }
    PhysicalRange ica() const { return ica_; }
    PageCount available() const { return available_; }
    PageCount pages_of(ProcessNumber owner) const;

private:
    // Index of the first area that starts above `address`.
    std::size_t first_above(PhysicalAddress address) const;
    std::optional<std::size_t> area_at(PhysicalAddress start, ProcessNumber owner) const;

    PhysicalRange ica_{};
    PageCount available_{};
    std::size_t count_ = 0;
    std::array<IcaArea, max_areas> areas_{};
};

} // namespace ant
