// SPDX-License-Identifier: GPL-2.0-only
// Error texts and names against the GNU C library's.
#include <ant/lib/errno.h>
#include <cstring>
#include <gtest/gtest.h>

TEST(Errno, TextsAreThoseOfTheHost) {
    for (int number = 0; number <= EHWPOISON; number++) {
        const std::string host = ::strerror(number);
        const std::string ours = ant::strerror(number);
        // The host says "Unknown error 41" for the two numbers that Linux skips.
        EXPECT_EQ(ours, host.substr(0, host.starts_with("Unknown") ? 13 : host.npos)) << number;
    }
    EXPECT_STREQ(ant::strerror(4000), "Unknown error");
    EXPECT_STREQ(ant::strerror(-1), "Unknown error");
}

TEST(Errno, NamesAreThoseOfTheHost) {
    for (int number = 1; number <= EHWPOISON; number++) {
        const char* host = ::strerrorname_np(number);
        if (host != nullptr) {
            EXPECT_STREQ(ant::error_name(number), host);
        }
    }
    EXPECT_STREQ(ant::error_name(4000), "E?");
}

TEST(Errno, OnlyTheLast4095ValuesAreErrors) {
    ant::last_error = 0;
    EXPECT_EQ(ant::posix_result<int64_t>(-4096), -4096);
    EXPECT_EQ(ant::posix_result<int64_t>(5'000'000'000), 5'000'000'000);
    EXPECT_EQ(ant::last_error, 0);
    EXPECT_EQ(ant::posix_result<int64_t>(-4095), -1);
    EXPECT_EQ(ant::last_error, 4095);
    EXPECT_EQ(ant::posix_result<int64_t>(-ENOENT), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
}
