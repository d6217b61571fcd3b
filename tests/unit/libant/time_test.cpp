// SPDX-License-Identifier: GPL-2.0-only
// POSIX's clocks.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/time.h>

class TimeTest : public LibantTest {};

TEST_F(TimeTest, ClockIsTheKernels) {
    kernel.slept_ns = 3'000'000'000;
    timespec time = {};
    const uint64_t before = ant::time_ns();
    ASSERT_EQ(ant::clock_gettime(CLOCK_MONOTONIC, &time), 0);
    const uint64_t after = ant::time_ns();
    const uint64_t now =
        static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
    EXPECT_LE(before, now);
    EXPECT_LE(now, after);
    EXPECT_LT(time.tv_nsec, 1'000'000'000);
    EXPECT_EQ(ant::clock_gettime(CLOCK_MONOTONIC + 1, &time), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
}

TEST_F(TimeTest, Sleep) {
    timespec duration = {.tv_sec = 5, .tv_nsec = 999'999'999};
    timespec left = {.tv_sec = 1, .tv_nsec = 1};
    EXPECT_EQ(ant::nanosleep(&duration, &left), 0);
    EXPECT_EQ(kernel.slept_ns, 5'999'999'999u);
    EXPECT_EQ(left.tv_sec, 0);
    EXPECT_EQ(left.tv_nsec, 0);
    for (const timespec bad :
         {timespec{.tv_sec = -1, .tv_nsec = 0}, timespec{.tv_sec = 0, .tv_nsec = -1},
          timespec{.tv_sec = 0, .tv_nsec = 1'000'000'000}}) {
        EXPECT_EQ(ant::nanosleep(&bad), -1);
        EXPECT_EQ(ant::last_error, EINVAL);
    }
    EXPECT_EQ(kernel.slept_ns, 5'999'999'999u);
}
