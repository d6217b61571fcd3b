// SPDX-License-Identifier: GPL-2.0-only
// dm-create's table: what is a line of it, and what the kernel gets.
#include <linux/dm-ioctl.h>

#include <gmock/gmock.h>

#include <cstring>

#include "userland/dm/table.h"

namespace antlinux::test {
namespace {

TEST(DmTable, HasRangesWithTargets) {
    const auto ranges = parse_table("0 8 linear /dev/vdc 8\n\n  8  16  zero  \n");
    ASSERT_TRUE(ranges);
    ASSERT_EQ(ranges->size(), 2U);
    EXPECT_EQ(ranges->at(0).start_sector, 0U);
    EXPECT_EQ(ranges->at(0).sectors, 8U);
    EXPECT_EQ(ranges->at(0).target, "linear");
    EXPECT_EQ(ranges->at(0).arguments, "/dev/vdc 8");
    EXPECT_EQ(ranges->at(1).sectors, 16U);
    EXPECT_EQ(ranges->at(1).target, "zero");
    EXPECT_EQ(ranges->at(1).arguments, "");
}

TEST(DmTable, WhatIsNoLineIsRefused) {
    for (const char* text :
         {"linear", "0 linear /dev/vdc 0", "0 8", "0 8x linear", "-1 8 zero",
          "0 99999999999999999999 zero", "0 8 a-name-of-16-byt", "0 8 zero\nnonsense\n"})
        EXPECT_FALSE(parse_table(text)) << text;
    EXPECT_THAT(parse_table("\n \n"), testing::Optional(testing::IsEmpty()));
}

TEST(DmTable, KernelFindsEachSpecAlignedBehindTheLast) {
    const auto packed = pack_table(*parse_table("0 8 linear /dev/vdc 8\n8 16 zero\n"));
    dm_target_spec first = {};
    ASSERT_GE(packed.size(), sizeof(first));
    std::memcpy(&first, packed.data(), sizeof(first));
    EXPECT_EQ(first.sector_start, 0U);
    EXPECT_EQ(first.length, 8U);
    EXPECT_STREQ(first.target_type, "linear");
    EXPECT_STREQ(reinterpret_cast<const char*>(packed.data() + sizeof(first)), "/dev/vdc 8");
    EXPECT_EQ(first.next % 8, 0U);

    dm_target_spec second = {};
    ASSERT_EQ(packed.size(), first.next + sizeof(second) + 8);
    std::memcpy(&second, packed.data() + first.next, sizeof(second));
    EXPECT_EQ(second.sector_start, 8U);
    EXPECT_STREQ(second.target_type, "zero");
    EXPECT_EQ(packed.at(first.next + sizeof(second)), std::byte{0});
}

} // namespace
} // namespace antlinux::test
