// SPDX-License-Identifier: GPL-2.0-only
// Addresses, page arithmetic and ranges, with the borders at 0 and 4 GiB.
#include "ant/base/address.h"

#include "support.h"

namespace ant::test {
namespace {

static_assert(!std::is_convertible_v<PhysicalAddress, VirtualAddress>);
static_assert(!std::is_convertible_v<std::uint32_t, PhysicalAddress>);
static_assert(!std::is_convertible_v<CoreNumber, Vector>);

TEST(Address, PageArithmetic) {
    constexpr VirtualAddress address{0x00401234};
    EXPECT_EQ(address.page_offset(), 0x234u);
    EXPECT_EQ(address.page_start(), VirtualAddress{0x00401000});
    EXPECT_EQ(address.large_page_start(), VirtualAddress{0x00400000});
    EXPECT_FALSE(address.is_page_aligned());
    EXPECT_TRUE(address.page_start().is_page_aligned());
    EXPECT_TRUE(VirtualAddress{0x40}.is_aligned(64));
    EXPECT_FALSE(VirtualAddress{0x48}.is_aligned(64));
    EXPECT_EQ(address - address.page_start(), 0x234u);
}

TEST(PageCount, RoundsUp) {
    EXPECT_EQ(PageCount::for_bytes(0).value(), 0u);
    EXPECT_EQ(PageCount::for_bytes(1).value(), 1u);
    EXPECT_EQ(PageCount::for_bytes(4096).value(), 1u);
    EXPECT_EQ(PageCount::for_bytes(4097).value(), 2u);
    EXPECT_EQ(PageCount::for_bytes(0xffffffff).value(), 0x100000u);
    EXPECT_PANIC(PageCount::for_bytes(~std::uint64_t{0} - page_size), "assertion failed");
}

TEST(Range, ContainsAndOverlaps) {
    constexpr PhysicalRange range{PhysicalAddress{0x1000}, 0x2000};
    EXPECT_TRUE(range.contains(PhysicalAddress{0x1000}));
    EXPECT_TRUE(range.contains(PhysicalAddress{0x2fff}));
    EXPECT_FALSE(range.contains(PhysicalAddress{0x3000}));
    EXPECT_FALSE(range.contains(PhysicalAddress{0xfff}));
    EXPECT_TRUE(range.contains(PhysicalRange{PhysicalAddress{0x1000}, 0x2000}));
    EXPECT_FALSE(range.contains(PhysicalRange{PhysicalAddress{0x1000}, 0x2001}));
    EXPECT_FALSE(range.contains(PhysicalRange{PhysicalAddress{0xfff}, 2}));
    EXPECT_TRUE(range.overlaps({PhysicalAddress{0x2fff}, 1}));
    EXPECT_FALSE(range.overlaps({PhysicalAddress{0x3000}, 1}));
    EXPECT_FALSE(range.overlaps({PhysicalAddress{0}, 0x1000}));
}

TEST(Range, EndsAtFourGibibytes) {
    constexpr PhysicalRange last{PhysicalAddress{0xfffff000}, 0x1000};
    EXPECT_TRUE(last.is_valid());
    EXPECT_TRUE(last.contains(PhysicalAddress{0xffffffff}));
    EXPECT_FALSE(last.contains(PhysicalAddress{0}));
    constexpr PhysicalRange wrapping{PhysicalAddress{0xfffff000}, 0x1001};
    EXPECT_FALSE(wrapping.is_valid());
    // A range that wraps around is not contained in one that it would wrap into.
    constexpr PhysicalRange ica{PhysicalAddress{0xf0000000}, 0x0ffff000};
    EXPECT_FALSE(ica.contains(PhysicalRange{PhysicalAddress{0xf0000000}, 0xffffffff}));
}

} // namespace
} // namespace ant::test
