// SPDX-License-Identifier: GPL-2.0-only
// Processes and the kernel's figures.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/process.h>

class ProcessTest : public LibantTest {};

TEST_F(ProcessTest, SpawnPassesArgumentsAndCore) {
    std::vector<std::string> seen;
    kernel.programs["prog"] = [&](const std::vector<std::string>& words) {
        seen = words;
        return 42;
    };
    const char* words[] = {"prog", "", "two words", "\xff"};
    const int process = ant::spawn(words, 2);
    ASSERT_GT(process, 0);
    EXPECT_EQ(seen, (std::vector<std::string>{"prog", "", "two words", "\xff"}));
    EXPECT_EQ(kernel.spawn_cores, std::vector<uint32_t>{2});
    int status = 0;
    EXPECT_EQ(ant::wait(process, &status), process >= 0 ? 0 : -1);
    EXPECT_EQ(status, 42);
    EXPECT_EQ(ant::wait(process, &status), -1);
    EXPECT_EQ(ant::last_error, ECHILD);
}

TEST_F(ProcessTest, SpawnErrors) {
    const char* words[] = {"missing"};
    EXPECT_EQ(ant::spawn(words), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
    EXPECT_EQ(ant::spawn(words, 9), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
    const std::string longest(ANT_ARGUMENT_BYTES - 1, 'x');
    const char* fits[] = {longest.c_str()};
    EXPECT_EQ(ant::spawn(fits), -1);
    EXPECT_EQ(ant::last_error, ENOENT) << "just fits";
    const char* too_much[] = {longest.c_str(), ""};
    EXPECT_EQ(ant::spawn(too_much), -1);
    EXPECT_EQ(ant::last_error, E2BIG);
}

TEST_F(ProcessTest, TimeAndSleepAre64Bits) {
    const uint64_t before = ant::time_ns();
    EXPECT_EQ(ant::sleep_ns(10'000'000'000), 0);
    EXPECT_EQ(kernel.slept_ns, 10'000'000'000u);
    EXPECT_GE(ant::time_ns(), before + 10'000'000'000u);
}

TEST_F(ProcessTest, ListsHaveAnEnd) {
    ant_core_info info = {};
    EXPECT_EQ(ant::core_info(2, &info), 0);
    EXPECT_EQ(info.core, 3u);
    EXPECT_EQ(ant::core_info(3, &info), -1);
    EXPECT_EQ(ant::last_error, ESRCH);
}

TEST_F(ProcessTest, SpawnAndWaitGivesTheStatus) {
    kernel.programs["prog"] = [](const auto&) { return 9; };
    const char* words[] = {"prog"};
    int status = 0;
    EXPECT_EQ(ant::wait(ant::spawn(words, 3), &status), 0);
    EXPECT_EQ(status, 9);
    EXPECT_EQ(kernel.spawn_cores, std::vector<uint32_t>{3});
    const char* missing[] = {"missing"};
    EXPECT_EQ(ant::spawn(missing), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
}
