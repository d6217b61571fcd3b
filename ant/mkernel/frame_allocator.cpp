// SPDX-License-Identifier: GPL-2.0-only
// The frame allocator's bitmap operations.
#include "ant/mkernel/frame_allocator.h"

#include <bit>

namespace ant {
namespace {

constexpr std::uint32_t bits_per_word = 32;

} // namespace

void FrameAllocator::initialise(PhysicalRange range, std::span<std::uint32_t> bitmap) {
    ASSERT(range.is_page_aligned());
    ASSERT(range.is_valid());
    ASSERT(bitmap.size() >= words_for(range));
    range_ = range;
    bitmap_ = bitmap.first(words_for(range));
    for (std::uint32_t& word : bitmap_)
        word = 0;
    first_candidate_ = bitmap_.size();
    total_ = PageCount{};
    available_ = PageCount{};
}

void FrameAllocator::add(PhysicalRange part) {
    ASSERT(part.is_page_aligned());
    ASSERT(range_.contains(part));
    for (std::uint64_t at = part.base.value(); at < part.end(); at += page_size)
        free(PhysicalAddress{static_cast<std::uint32_t>(at)});
    total_ += part.pages();
}

Result<PhysicalAddress> FrameAllocator::allocate() {
    for (; first_candidate_ < bitmap_.size(); ++first_candidate_) {
        std::uint32_t& word = bitmap_[first_candidate_];
        if (word == 0)
            continue;
        const auto bit = static_cast<std::uint32_t>(std::countr_zero(word));
        word &= word - 1; // clears the lowest bit that is set
        available_ -= PageCount{1};
        const auto index = static_cast<std::uint32_t>(first_candidate_) * bits_per_word + bit;
        return range_.base + index * page_size;
    }
    return Errno::enomem;
}

void FrameAllocator::free(PhysicalAddress frame) {
    const std::uint32_t index = index_of(frame);
    const std::size_t word = index / bits_per_word;
    if (is_free(frame))
        panic("page frame 0x%08x was freed twice", frame.value());
    bitmap_[word] |= 1u << index % bits_per_word;
    if (word < first_candidate_)
        first_candidate_ = word;
    available_ += PageCount{1};
}

bool FrameAllocator::is_free(PhysicalAddress frame) const {
    const std::uint32_t index = index_of(frame);
    return (bitmap_[index / bits_per_word] >> index % bits_per_word & 1) != 0;
}

std::uint32_t FrameAllocator::index_of(PhysicalAddress frame) const {
    if (!frame.is_page_aligned() || !range_.contains(frame))
        panic("0x%08x is not a page frame of 0x%08x..0x%llx", frame.value(), range_.base.value(),
              static_cast<unsigned long long>(range_.end()));
    return (frame - range_.base) / page_size;
}

} // namespace ant
