// SPDX-License-Identifier: GPL-2.0-only
// Page tables: the exact entries, in the exact order, and what remains after a failure.
#include "ant/arch/x86/page_table.h"

#include "fake_memory.h"

namespace ant::test {
namespace {

constexpr VirtualAddress program{0x00400000};
constexpr VirtualAddress region{0x40000000};
constexpr PageFlags user_data = PageFlags::writable | PageFlags::user | PageFlags::owned;

// Bits as the manual has them (SDM vol. 3, table 4-11): P 1, R/W 2, U/S 4, PWT 8, PCD 10, PS 80,
// XD bit 63; ours: 200 for "owned", 400 for "execute disable" in the lower half, too.
constexpr std::uint64_t table_bits = 0x207;
constexpr std::uint64_t directory_bits = 0x201;
constexpr std::uint64_t execute_disable = 0x8000'0000'0000'0400;

class PageTableTest : public testing::Test {
protected:
    FakeMemory memory_;
    Table table_{memory_, memory_.new_top()};
    const std::uint32_t top_ = table_.top().value();

    // The region as the kernel maps it: `count` pages of 2 MiB, virtual = physical.
    void map_region(std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i)
            ASSERT_TRUE(table_
                            .map_large_page(region + i * large_page_size,
                                            PhysicalAddress{region.value() + i * large_page_size},
                                            PageFlags::writable | PageFlags::no_execute)
                            .is_ok());
        memory_.take_steps();
    }
    static Result<void> set_user(Table& table, VirtualRange range, bool user) {
        TRY(table.split_large_pages(range));
        table.flip_user(range, user);
        return {};
    }
};

TEST_F(PageTableTest, MapsAPage) {
    ASSERT_TRUE(table_
                    .map_page(program + 0x3000, PhysicalAddress{0x42005000},
                              PageFlags::writable | PageFlags::user)
                    .is_ok());
    const std::uint32_t directory = top_ + page_size;
    const std::uint32_t new_table = directory + page_size;
    EXPECT_THAT(
        memory_.take_steps(),
        testing::ElementsAre(Step{Step::Kind::write, top_, directory | directory_bits},
                             Step{Step::Kind::invalidate_all, 0, 0}, // CR3 holds the directories
                             Step{Step::Kind::write, directory + 2 * 8, new_table | table_bits},
                             Step{Step::Kind::write, new_table + 3 * 8, 0x42005000 | 0x007}));
    const Translation found = table_.translate(program + 0x3abc).value();
    EXPECT_EQ(found.address, PhysicalAddress{0x42005abc});
    EXPECT_TRUE(has(found.flags, PageFlags::writable | PageFlags::user));
    EXPECT_FALSE(found.is_large);
    EXPECT_EQ(table_.translate(program + 0x4000).error(), Errno::enoent);
    EXPECT_EQ(table_.translate(VirtualAddress{0}).error(), Errno::enoent);
    EXPECT_EQ(table_.translate(region).error(), Errno::enoent); // not even a directory
}

TEST_F(PageTableTest, MapsALargePage) {
    ASSERT_TRUE(table_
                    .map_large_page(VirtualAddress{0xfee00000}, PhysicalAddress{0xfee00000},
                                    PageFlags::writable | PageFlags::device | PageFlags::no_execute)
                    .is_ok());
    const std::uint32_t directory = top_ + page_size;
    EXPECT_THAT(
        memory_.take_steps(),
        testing::ElementsAre(
            Step{Step::Kind::write, top_ + 3 * 8, directory | directory_bits},
            Step{Step::Kind::invalidate_all, 0, 0},
            Step{Step::Kind::write, directory + 0x1f7 * 8, 0xfee00000 | 0x09b | execute_disable}));
    const Translation found = table_.translate(VirtualAddress{0xfee00020}).value();
    EXPECT_EQ(found.address, PhysicalAddress{0xfee00020});
    EXPECT_TRUE(found.is_large);
    EXPECT_FALSE(has(found.flags, PageFlags::user));
    EXPECT_TRUE(has(found.flags, PageFlags::no_execute));
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
                testing::ElementsAre(Step{Step::Kind::write, top_ + 2 * page_size, 0},
                                     Step{Step::Kind::invalidate, program.value(), 0}));
    EXPECT_EQ(table_.unmap_page(program).error(), Errno::enoent);
    EXPECT_EQ(table_.unmap_page(program + large_page_size).error(), Errno::enoent);
    EXPECT_EQ(table_.unmap_page(region).error(), Errno::enoent);
    map_region(1);
    EXPECT_EQ(table_.unmap_page(region).error(), Errno::einval);
}

TEST_F(PageTableTest, SplittingSaysTheSame) {
    map_region(1);
    const VirtualRange range{region + 5 * page_size, 2 * page_size};
    ASSERT_TRUE(table_.split_large_pages(range).is_ok());
    const std::vector<Step> steps = memory_.take_steps();
    const std::uint32_t directory = top_ + page_size;
    const std::uint32_t new_table = directory + page_size;
    // The table is complete and says the same as the large page before it is put in place.
    ASSERT_EQ(steps.size(), 512u + 2);
    for (std::uint32_t i = 0; i < 512; ++i)
        ASSERT_EQ(steps[i], (Step{Step::Kind::write, new_table + i * 8,
                                  (0x40000000 + i * page_size) | 0x003 | execute_disable}));
    EXPECT_EQ(steps[512], (Step{Step::Kind::write, directory, new_table | table_bits}));
    EXPECT_EQ(steps[513], (Step{Step::Kind::invalidate, region.value(), 0}));

    table_.flip_user(range, true);
    EXPECT_THAT(memory_.take_steps(),
                testing::ElementsAre(
                    Step{Step::Kind::write, new_table + 5 * 8, 0x40005007 | execute_disable},
                    Step{Step::Kind::write, new_table + 6 * 8, 0x40006007 | execute_disable}));
    EXPECT_TRUE(table_.allows_user(range, true));
    EXPECT_FALSE(table_.allows_user({region + 4 * page_size, 2 * page_size}, false));
    EXPECT_FALSE(table_.allows_user({region + 6 * page_size, page_size + 1}, false));
    EXPECT_EQ(table_.translate(region + 0x5010).value().address, PhysicalAddress{0x40005010});

    table_.flip_user(range, false);
    EXPECT_FALSE(table_.allows_user({region + 5 * page_size, 1}, false));
    EXPECT_TRUE(table_.translate(region + 0x5010).is_ok()); // the kernel keeps it
}

TEST_F(PageTableTest, ProtectingChangesRightsAndNothingElse) {
    map_region(2);
    // As a kernel image: code, and constants behind it across the border of two large pages.
    const VirtualRange code{region + large_page_size - 3 * page_size, 2 * page_size};
    const VirtualRange constants{region + large_page_size - page_size, 2 * page_size};
    ASSERT_TRUE(table_.protect(code, PageFlags::none).is_ok());
    ASSERT_TRUE(table_.protect(constants, PageFlags::no_execute).is_ok());
    const std::vector<Step> steps = memory_.take_steps();
    // Each change is followed by its invalidation.
    ASSERT_GE(steps.size(), 2u);
    EXPECT_EQ(steps.back(), (Step{Step::Kind::invalidate, region.value() + large_page_size, 0}));
    EXPECT_EQ(steps[steps.size() - 2].value, 0x40200001 | execute_disable);

    for (std::uint32_t offset = 0; offset < 2 * large_page_size; offset += page_size) {
        const VirtualAddress at = region + offset;
        const Translation page = table_.translate(at).value();
        ASSERT_EQ(page.address.value(), at.value());
        const bool is_code = code.contains(at);
        ASSERT_EQ(has(page.flags, PageFlags::no_execute), !is_code);
        ASSERT_EQ(has(page.flags, PageFlags::writable), !is_code && !constants.contains(at));
        ASSERT_FALSE(has(page.flags, PageFlags::user));
    }
    const VirtualRange beyond{region + 2 * large_page_size - page_size, 2 * page_size};
    EXPECT_EQ(table_.protect(beyond, PageFlags::none).error(), Errno::enoent);
    EXPECT_TRUE(has(table_.translate(beyond.base).value().flags, PageFlags::writable));
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
    ASSERT_TRUE(set_user(table_, range, true).is_ok());
    EXPECT_TRUE(table_.allows_user(range, true));
    EXPECT_FALSE(table_.allows_user({range.base - 1, 2}, false));
    EXPECT_FALSE(table_.allows_user({range.base, range.size + 1}, false));
    EXPECT_EQ(memory_.frames().size(), 5u); // top, directory and three tables
}

TEST_F(PageTableTest, SplittingWhatIsNotMappedIsAnError) {
    map_region(1);
    memory_.take_steps();
    const VirtualRange range{region + large_page_size - page_size, 2 * page_size};
    EXPECT_EQ(table_.split_large_pages(range).error(), Errno::enoent);
    EXPECT_TRUE(memory_.take_steps().empty()); // nothing was touched
}

TEST_F(PageTableTest, OutOfMemoryChangesNothing) {
    map_region(2);
    memory_.limit(0);
    EXPECT_EQ(table_.map_page(program, PhysicalAddress{0x42000000}, user_data).error(),
              Errno::enomem);
    EXPECT_EQ(table_.split_large_pages({region, page_size}).error(), Errno::enomem);
    EXPECT_TRUE(memory_.take_steps().empty());

    memory_.limit(1); // enough for the first of two
    const VirtualRange both{region + large_page_size - page_size, 2 * page_size};
    EXPECT_EQ(table_.split_large_pages(both).error(), Errno::enomem);
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
    Table process{memory_, memory_.new_top()};
    process.share(table_);
    EXPECT_EQ(process.translate(region + 0x123).value().address, PhysicalAddress{0x40000123});
    EXPECT_EQ(process.translate(VirtualAddress{0xfee00010}).value().address,
              PhysicalAddress{0xfee00010});
    // It has the kernel's own directories, so that a later change there is one here.
    ASSERT_TRUE(table_.protect({region, page_size}, PageFlags::none).is_ok());
    EXPECT_FALSE(has(process.translate(region).value().flags, PageFlags::no_execute));
    memory_.take_steps();

    // An ICA page of the process splits its own copy only, which makes the directory private.
    const VirtualRange ica{region + large_page_size, page_size};
    ASSERT_TRUE(set_user(process, ica, true).is_ok());
    EXPECT_EQ(memory_.take_steps()[513], (Step{Step::Kind::invalidate_all, 0, 0}));
    EXPECT_TRUE(process.allows_user(ica, true));
    EXPECT_FALSE(table_.allows_user(ica, false));
    EXPECT_TRUE(table_.translate(ica.base).value().is_large);
    EXPECT_FALSE(has(process.translate(region).value().flags, PageFlags::no_execute));

    // A device's registers beside the kernel's own.
    ASSERT_TRUE(process
                    .map_page(VirtualAddress{0xfe000000}, PhysicalAddress{0xfe000000},
                              PageFlags::user | PageFlags::device)
                    .is_ok());
    EXPECT_EQ(table_.translate(VirtualAddress{0xfe000000}).error(), Errno::enoent);

    const auto kernel_frames = memory_.frames().size() - 5; // top, 2 directories, 2 tables
    EXPECT_TRUE(process.tear_down());
    EXPECT_EQ(memory_.frames().size(), kernel_frames + 1);
    EXPECT_EQ(table_.translate(VirtualAddress{0xfee00010}).value().address,
              PhysicalAddress{0xfee00010});
    EXPECT_EQ(table_.translate(region + large_page_size).value().address.value(),
              region.value() + large_page_size);
}

TEST_F(PageTableTest, FreePagesLeavesTablesAndWhatIsNotOwned) {
    map_region(1);
    const VirtualAddress shared = program + page_size;
    ASSERT_TRUE(table_.map_page(program, memory_.own(0x42000000), user_data).is_ok());
    ASSERT_TRUE(
        table_.map_page(VirtualAddress{0x3fffe000}, memory_.own(0x42001000), user_data).is_ok());
    ASSERT_TRUE(table_.map_page(shared, PhysicalAddress{0x43000000}, PageFlags::user).is_ok());
    ASSERT_TRUE(set_user(table_, {region, page_size}, true).is_ok());
    for (int i = 0; i < 2; ++i) { // the second time there is nothing left to return
        std::uint32_t first = 0;
        EXPECT_FALSE(table_.free_pages(first, 1));
        EXPECT_TRUE(table_.free_pages(first, 2));
        EXPECT_EQ(first, 3u);
        EXPECT_TRUE(memory_.owned().empty());
        EXPECT_EQ(memory_.frames().size(), 6u); // top, two directories, three tables
        EXPECT_EQ(table_.translate(program).error(), Errno::enoent);
        EXPECT_EQ(table_.translate(shared).value().address, PhysicalAddress{0x43000000});
        EXPECT_TRUE(table_.allows_user({region, page_size}, true));
    }
    ASSERT_TRUE(table_.map_page(program, memory_.own(0x42002000), user_data).is_ok());
    int steps = 1;
    while (!table_.tear_down(1))
        ++steps;
    EXPECT_EQ(steps, 3);
    EXPECT_TRUE(memory_.owned().empty());
    EXPECT_THAT(memory_.frames(), testing::ElementsAre(top_));
}

TEST_F(PageTableTest, TearDownReturnsWhatIsOwned) {
    map_region(1);
    ASSERT_TRUE(table_.map_page(program, memory_.own(0x42000000), user_data).is_ok());
    ASSERT_TRUE(
        table_.map_page(VirtualAddress{0x3fffe000}, memory_.own(0x42001000), user_data).is_ok());
    ASSERT_TRUE(table_.map_page(program + page_size, PhysicalAddress{0x43000000}, PageFlags::user)
                    .is_ok()); // somebody else's
    ASSERT_TRUE(set_user(table_, {region, page_size}, true).is_ok());
    EXPECT_EQ(memory_.frames().size(), 6u); // top, two directories, three tables
    EXPECT_TRUE(table_.tear_down());
    EXPECT_TRUE(memory_.owned().empty());
    EXPECT_THAT(memory_.frames(), testing::ElementsAre(top_));
    EXPECT_EQ(table_.translate(program).error(), Errno::enoent);
    EXPECT_TRUE(table_.tear_down()); // again: nothing left to return
}

} // namespace
} // namespace ant::test
