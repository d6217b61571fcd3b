// SPDX-License-Identifier: GPL-2.0-only
// Page tables: the exact entries, in the exact order, and what remains after a failure.
#include "ant/arch/x86/page_table.h"

#include "fake_memory.h"

namespace ant::test {
namespace {

constexpr VirtualAddress program{0x00400000};
constexpr VirtualAddress region{0x40000000};
constexpr PageFlags user_data = PageFlags::writable | PageFlags::user | PageFlags::owned;

// Bits as the manual has them (SDM vol. 3, table 4-6): P 1, R/W 2, U/S 4, PWT 8, PCD 10, PS 80.
constexpr std::uint32_t present_writable = 0x003;
constexpr std::uint32_t table_bits = 0x207; // with our mark for "owned"

class PageTableTest : public testing::Test {
protected:
    FakeMemory memory_;
    Table table_{memory_, memory_.new_directory()};
    const std::uint32_t directory_ = table_.directory().value();

    // The region as the kernel maps it: `count` pages of 4 MiB, virtual = physical.
    void map_region(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i)
            ASSERT_TRUE(table_
                            .map_large_page(region + i * large_page_size,
                                            PhysicalAddress{region.value() + i * large_page_size},
                                            PageFlags::writable)
                            .is_ok());
        memory_.take_steps();
    }
};

TEST_F(PageTableTest, MapsAPage) {
    ASSERT_TRUE(table_
                    .map_page(program + 0x3000, PhysicalAddress{0x42005000},
                              PageFlags::writable | PageFlags::user)
                    .is_ok());
    const std::uint32_t new_table = directory_ + page_size;
    EXPECT_THAT(
        memory_.take_steps(),
        testing::ElementsAre(Step{Step::Kind::write, directory_ + 1 * 4, new_table | table_bits},
                             Step{Step::Kind::write, new_table + 3 * 4, 0x42005000 | 0x007}));
    const Translation found = table_.translate(program + 0x3abc).value();
    EXPECT_EQ(found.address, PhysicalAddress{0x42005abc});
    EXPECT_TRUE(has(found.flags, PageFlags::writable | PageFlags::user));
    EXPECT_FALSE(found.is_large);
    EXPECT_EQ(table_.translate(program + 0x4000).error(), Errno::enoent);
    EXPECT_EQ(table_.translate(VirtualAddress{0}).error(), Errno::enoent);
}

TEST_F(PageTableTest, MapsALargePage) {
    ASSERT_TRUE(table_
                    .map_large_page(VirtualAddress{0xfec00000}, PhysicalAddress{0xfec00000},
                                    PageFlags::writable | PageFlags::device)
                    .is_ok());
    EXPECT_THAT(
        memory_.take_steps(),
        testing::ElementsAre(Step{Step::Kind::write, directory_ + 1019 * 4, 0xfec00000 | 0x09b}));
    const Translation found = table_.translate(VirtualAddress{0xfee00020}).value();
    EXPECT_EQ(found.address, PhysicalAddress{0xfee00020});
    EXPECT_TRUE(found.is_large);
    EXPECT_FALSE(has(found.flags, PageFlags::user));
}

TEST_F(PageTableTest, NeverMapsOverAMapping) {
    map_region(1);
    ASSERT_TRUE(table_.map_page(program, PhysicalAddress{0x42000000}, user_data).is_ok());
    EXPECT_EQ(table_.map_page(program, PhysicalAddress{0x42001000}, user_data).error(),
              Errno::eexist);
    EXPECT_EQ(table_.map_page(region + 0x5000, PhysicalAddress{0x42001000}, user_data).error(),
              Errno::eexist);
    EXPECT_EQ(table_.map_large_page(region, PhysicalAddress{0x40000000}, PageFlags::none).error(),
              Errno::eexist);
    EXPECT_EQ(table_.map_large_page(program, PhysicalAddress{0x40000000}, PageFlags::none).error(),
              Errno::eexist);
    EXPECT_EQ(table_.translate(program).value().address, PhysicalAddress{0x42000000});
}

TEST_F(PageTableTest, UnmapInvalidatesAfterTheWrite) {
    ASSERT_TRUE(table_.map_page(program, PhysicalAddress{0x42000000}, user_data).is_ok());
    memory_.take_steps();
    EXPECT_EQ(table_.unmap_page(program).value().frame(), PhysicalAddress{0x42000000});
    EXPECT_THAT(memory_.take_steps(),
                testing::ElementsAre(Step{Step::Kind::write, directory_ + page_size, 0},
                                     Step{Step::Kind::invalidate, program.value(), 0}));
    EXPECT_EQ(table_.unmap_page(program).error(), Errno::enoent);
    EXPECT_EQ(table_.unmap_page(program + large_page_size).error(), Errno::enoent);
    map_region(1);
    EXPECT_EQ(table_.unmap_page(region).error(), Errno::einval);
}

TEST_F(PageTableTest, UserBitSplitsALargePage) {
    map_region(1);
    ASSERT_TRUE(table_.set_user({region + 5 * page_size, 2 * page_size}, true).is_ok());
    const std::vector<Step> steps = memory_.take_steps();
    const std::uint32_t new_table = directory_ + page_size;
    // The table is complete and says the same as the large page before it is put in place; only
    // after the invalidation do rights change.
    ASSERT_EQ(steps.size(), 1024u + 2 + 4);
    for (std::uint32_t i = 0; i < 1024; ++i)
        ASSERT_EQ(steps[i], (Step{Step::Kind::write, new_table + i * 4,
                                  (0x40000000 + i * page_size) | present_writable}));
    EXPECT_EQ(steps[1024], (Step{Step::Kind::write, directory_ + 256 * 4, new_table | table_bits}));
    EXPECT_EQ(steps[1025], (Step{Step::Kind::invalidate, region.value(), 0}));
    EXPECT_EQ(steps[1026], (Step{Step::Kind::write, new_table + 5 * 4, 0x40005007}));
    EXPECT_EQ(steps[1027], (Step{Step::Kind::invalidate, 0x40005000, 0}));

    EXPECT_TRUE(table_.allows_user({region + 5 * page_size, 2 * page_size}, true));
    EXPECT_FALSE(table_.allows_user({region + 4 * page_size, 2 * page_size}, false));
    EXPECT_FALSE(table_.allows_user({region + 6 * page_size, page_size + 1}, false));
    EXPECT_EQ(table_.translate(region + 0x5010).value().address, PhysicalAddress{0x40005010});

    ASSERT_TRUE(table_.set_user({region + 5 * page_size, 2 * page_size}, false).is_ok());
    EXPECT_FALSE(table_.allows_user({region + 5 * page_size, 1}, false));
    EXPECT_TRUE(table_.translate(region + 0x5010).is_ok()); // the kernel keeps it
}

TEST_F(PageTableTest, FlippingNeedsSplitPagesAndLeavesTheTlbToTheCaller) {
    map_region(2);
    const VirtualRange range{region + large_page_size - page_size, 2 * page_size};
    EXPECT_FALSE(table_.is_split(range));
    EXPECT_PANIC(table_.flip_user(range, true), "is_large");
    ASSERT_TRUE(table_.split_large_pages(range).is_ok());
    EXPECT_TRUE(table_.is_split(range));
    EXPECT_FALSE(table_.is_split({region + 2 * large_page_size, page_size})); // not mapped
    memory_.take_steps();
    ASSERT_TRUE(table_.split_large_pages(range).is_ok());
    EXPECT_TRUE(memory_.take_steps().empty()); // nothing left to split

    table_.flip_user(range, true);
    EXPECT_EQ(memory_.take_steps().size(), 2u); // one write a page, no invalidation
    EXPECT_TRUE(table_.allows_user(range, true));
    EXPECT_FALSE(table_.allows_user({range.base - 1, 2}, false));
    EXPECT_FALSE(table_.allows_user({range.base, range.size + 1}, false));
    table_.flip_user(range, false);
    EXPECT_FALSE(table_.allows_user({range.base, 1}, false));
    EXPECT_FALSE(table_.allows_user({range.base + page_size, 1}, false));
}

TEST_F(PageTableTest, UserBitAcrossLargePages) {
    map_region(3);
    const VirtualRange range{region + large_page_size - page_size, large_page_size + 2 * page_size};
    ASSERT_TRUE(table_.set_user(range, true).is_ok());
    EXPECT_TRUE(table_.allows_user(range, true));
    EXPECT_FALSE(table_.allows_user({range.base - 1, 2}, false));
    EXPECT_FALSE(table_.allows_user({range.base, range.size + 1}, false));
    EXPECT_EQ(memory_.frames().size(), 4u); // directory and three tables
}

TEST_F(PageTableTest, UserBitOfWhatIsNotMappedIsAnError) {
    map_region(1);
    memory_.take_steps();
    const VirtualRange range{region + large_page_size - page_size, 2 * page_size};
    EXPECT_EQ(table_.set_user(range, true).error(), Errno::enoent);
    EXPECT_TRUE(memory_.take_steps().empty()); // nothing was touched
}

TEST_F(PageTableTest, OutOfMemoryChangesNothing) {
    map_region(2);
    memory_.limit(0);
    EXPECT_EQ(table_.map_page(program, PhysicalAddress{0x42000000}, user_data).error(),
              Errno::enomem);
    EXPECT_EQ(table_.set_user({region, page_size}, true).error(), Errno::enomem);
    EXPECT_TRUE(memory_.take_steps().empty());

    memory_.limit(1); // enough for the first of two
    const VirtualRange both{region + large_page_size - page_size, 2 * page_size};
    EXPECT_EQ(table_.set_user(both, true).error(), Errno::enomem);
    for (std::uint32_t offset = 0; offset < 2 * large_page_size; offset += page_size) {
        const Translation found = table_.translate(region + offset).value();
        ASSERT_EQ(found.address.value(), region.value() + offset);
        ASSERT_TRUE(has(found.flags, PageFlags::writable));
        ASSERT_FALSE(has(found.flags, PageFlags::user));
    }
}

TEST_F(PageTableTest, AllowsUserChecksEveryPageAndTheWrap) {
    ASSERT_TRUE(table_.map_page(program, PhysicalAddress{0x42000000}, PageFlags::user).is_ok());
    ASSERT_TRUE(
        table_.map_page(program + page_size, PhysicalAddress{0x42001000}, user_data).is_ok());
    EXPECT_TRUE(table_.allows_user({program, 2 * page_size}, false));
    EXPECT_FALSE(table_.allows_user({program, 2 * page_size}, true));
    EXPECT_TRUE(table_.allows_user({program + page_size, page_size}, true));
    EXPECT_FALSE(table_.allows_user({program + page_size, page_size + 1}, false));
    EXPECT_TRUE(table_.allows_user({program, 0}, true)); // nothing is always allowed
    EXPECT_FALSE(table_.allows_user({program, 0xffffffff}, false));
    EXPECT_FALSE(table_.allows_user({VirtualAddress{0xffffff00}, 0x200}, false));
}

TEST_F(PageTableTest, SharedKernelStaysWhoseItIs) {
    map_region(2);
    ASSERT_TRUE(table_
                    .map_page(VirtualAddress{0xfee00000}, PhysicalAddress{0xfee00000},
                              PageFlags::writable | PageFlags::device)
                    .is_ok());
    Table process{memory_, memory_.new_directory()};
    process.share(table_, {region, 2 * large_page_size});
    process.share(table_, {VirtualAddress{0xfec00000}, large_page_size});
    EXPECT_EQ(process.translate(region + 0x123).value().address, PhysicalAddress{0x40000123});
    EXPECT_EQ(process.translate(VirtualAddress{0xfee00010}).value().address,
              PhysicalAddress{0xfee00010});

    // An ICA page of the process splits its own copy only.
    ASSERT_TRUE(process.set_user({region + page_size, page_size}, true).is_ok());
    EXPECT_TRUE(process.allows_user({region + page_size, page_size}, true));
    EXPECT_FALSE(table_.allows_user({region + page_size, page_size}, false));
    EXPECT_TRUE(table_.translate(region).value().is_large);

    process.tear_down();
    EXPECT_EQ(table_.translate(VirtualAddress{0xfee00010}).value().address,
              PhysicalAddress{0xfee00010});
}

TEST_F(PageTableTest, TearDownReturnsWhatIsOwned) {
    map_region(1);
    ASSERT_TRUE(table_.map_page(program, memory_.own(0x42000000), user_data).is_ok());
    ASSERT_TRUE(
        table_.map_page(VirtualAddress{0x3fffe000}, memory_.own(0x42001000), user_data).is_ok());
    ASSERT_TRUE(table_.map_page(program + page_size, PhysicalAddress{0x43000000}, PageFlags::user)
                    .is_ok()); // somebody else's
    ASSERT_TRUE(table_.set_user({region, page_size}, true).is_ok());
    EXPECT_EQ(memory_.frames().size(), 4u);
    table_.tear_down();
    EXPECT_TRUE(memory_.owned().empty());
    EXPECT_THAT(memory_.frames(), testing::ElementsAre(directory_));
    EXPECT_EQ(table_.translate(program).error(), Errno::enoent);
    table_.tear_down(); // again: nothing left to return
}

} // namespace
} // namespace ant::test
