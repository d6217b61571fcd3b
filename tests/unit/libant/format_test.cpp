// SPDX-License-Identifier: GPL-2.0-only
// snprintf: its result and the names for 64 bits; the conversions are tested in
// tests/unit/ant/format_test.cpp.
#include <ant/lib/format.h>
#include <cstdint>
#include <gtest/gtest.h>

TEST(Format, Names64Bits) {
    char text[80];
    constexpr uint64_t all_ones = ~uint64_t{0};
    EXPECT_EQ(ant::snprintf(text, sizeof(text), "%" PRIu64 " %" PRId64 " %" PRIx64, all_ones,
                            int64_t{-5}, all_ones),
              40);
    EXPECT_STREQ(text, "18446744073709551615 -5 ffffffffffffffff");
}

TEST(Format, CutsWhatDoesNotFitButReturnsTheWholeLength) {
    char text[8];
    for (size_t size = 0; size <= sizeof(text); size++) {
        std::fill(std::begin(text), std::end(text), '#');
        EXPECT_EQ(ant::snprintf(text, size, "%s-%d", "abc", 12345), 9);
        if (size == 0) {
            EXPECT_EQ(text[0], '#');
            continue;
        }
        EXPECT_EQ(text, std::string("abc-12345").substr(0, size - 1));
        for (size_t i = size; i < sizeof(text); i++)
            EXPECT_EQ(text[i], '#');
    }
}
