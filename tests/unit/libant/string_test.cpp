// SPDX-License-Identifier: GPL-2.0-only
// String functions and numbers in text.
#include <ant/lib/string.h>
#include <gtest/gtest.h>

TEST(String, StrnlenDoesNotLookBeyondItsLimit) {
    const char unterminated[2] = {'a', 'b'};
    EXPECT_EQ(ant::strnlen(unterminated, 2), 2u);
    EXPECT_EQ(ant::strnlen("abc", 2), 2u);
    EXPECT_EQ(ant::strnlen("abc", 10), 3u);
    EXPECT_EQ(ant::strnlen("", 10), 0u);
}

TEST(String, StrcmpComparesBytesAsUnsigned) {
    EXPECT_EQ(ant::strcmp("abc", "abc"), 0);
    EXPECT_LT(ant::strcmp("abc", "abd"), 0);
    EXPECT_LT(ant::strcmp("ab", "abc"), 0);
    EXPECT_GT(ant::strcmp("b", "abc"), 0);
    EXPECT_GT(ant::strcmp("\xff", "a"), 0);
}

TEST(String, StrlcpyCutsAndTellsTheWholeLength) {
    char to[4] = {'#', '#', '#', '#'};
    EXPECT_EQ(ant::strlcpy(to, "abcdef", sizeof(to)), 6u);
    EXPECT_STREQ(to, "abc");
    EXPECT_EQ(ant::strlcpy(to, "x", sizeof(to)), 1u);
    EXPECT_STREQ(to, "x");
    to[0] = '#';
    EXPECT_EQ(ant::strlcpy(to, "x", 0), 1u);
    EXPECT_EQ(to[0], '#');
}

TEST(String, UnsignedNumbers) {
    uint64_t value = 1;
    EXPECT_TRUE(ant::parse_number("0", value));
    EXPECT_EQ(value, 0u);
    EXPECT_TRUE(ant::parse_number("18446744073709551615", value));
    EXPECT_EQ(value, UINT64_MAX);
    EXPECT_TRUE(ant::parse_number("0xfEdc", value));
    EXPECT_EQ(value, 0xfedcu);
    value = 7;
    for (const char* bad : {"", "0x", "12a", "-1", " 1", "1 ", "18446744073709551616", "0xg",
                            "0x10000000000000000", "99999999999999999999999"})
        EXPECT_FALSE(ant::parse_number(bad, value)) << bad;
    EXPECT_EQ(value, 7u);
}

TEST(String, SignedNumbers) {
    int64_t value = 1;
    EXPECT_TRUE(ant::parse_number("-9223372036854775808", value));
    EXPECT_EQ(value, INT64_MIN);
    EXPECT_TRUE(ant::parse_number("9223372036854775807", value));
    EXPECT_EQ(value, INT64_MAX);
    EXPECT_TRUE(ant::parse_number("-0x10", value));
    EXPECT_EQ(value, -16);
    for (const char* bad : {"", "-", "--1", "9223372036854775808", "-9223372036854775809", "1-"})
        EXPECT_FALSE(ant::parse_number(bad, value)) << bad;
    EXPECT_EQ(value, -16);
}

TEST(String, StrncmpStopsAtItsLimit) {
    EXPECT_EQ(ant::strncmp("abcX", "abcY", 3), 0);
    EXPECT_LT(ant::strncmp("abcX", "abcY", 4), 0);
    EXPECT_EQ(ant::strncmp("ab", "ab", 10), 0);
    EXPECT_GT(ant::strncmp("\xff", "a", 1), 0);
    EXPECT_EQ(ant::strncmp("a", "b", 0), 0);
}

TEST(String, Searches) {
    const char* text = "a/bc/d";
    EXPECT_EQ(ant::strchr(text, '/'), text + 1);
    EXPECT_EQ(ant::strrchr(text, '/'), text + 4);
    EXPECT_EQ(ant::strchr(text, 'x'), nullptr);
    EXPECT_EQ(ant::strrchr(text, 'x'), nullptr);
    EXPECT_EQ(ant::strchr(text, '\0'), text + 6);
    EXPECT_EQ(ant::strrchr(text, '\0'), text + 6);
    EXPECT_EQ(ant::strstr(text, "c/d"), text + 3);
    EXPECT_EQ(ant::strstr(text, ""), text);
    EXPECT_EQ(ant::strstr(text, "d/"), nullptr);
    EXPECT_EQ(ant::strstr("", "x"), nullptr);
    EXPECT_STREQ(ant::strstr("aab", "ab"), "ab");
}
