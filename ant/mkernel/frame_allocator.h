// SPDX-License-Identifier: GPL-2.0-only
// The page frames of AnT's region: which are free, and who returns one twice.
#pragma once

#include <cstdint>
#include <span>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// One bit per frame, set when it is free. Used by the m-kernel's core only: no lock.
class FrameAllocator {
public:
    constexpr FrameAllocator() = default;

    // Words of bitmap that `range` needs.
    static constexpr std::size_t words_for(PhysicalRange range) {
        return (range.pages().value() + 31) / 32;
    }

    // Takes charge of `range` (whole pages), with no frame free yet. The bitmap is the caller's
    // memory and must be large enough.
    void initialise(PhysicalRange range, std::span<std::uint32_t> bitmap);

    // Makes the frames of a part of the range free. None of them may be free already.
    void add(PhysicalRange part);

    // The lowest free frame; its contents are whatever they were. ENOMEM.
    Result<PhysicalAddress> allocate();

    // Panics when the frame is free already or not one of these: then a page table or a process's
    // memory is already wrong, and going on would spread it.
    void free(PhysicalAddress frame);

    bool is_free(PhysicalAddress frame) const;
    PageCount total() const { return total_; } // all that add() brought
    PageCount available() const { return available_; }

private:
    std::uint32_t index_of(PhysicalAddress frame) const;

    PhysicalRange range_{};
    std::span<std::uint32_t> bitmap_{};
    std::size_t first_candidate_ = 0; // no free frame in the words before this one
    PageCount total_{};
    PageCount available_{};
};

} // namespace ant
