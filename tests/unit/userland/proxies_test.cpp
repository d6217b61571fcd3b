// SPDX-License-Identifier: GPL-2.0-only
// What the proxies take of Linux's memory, from a /proc of ours.
#include "userland/counters/proxies.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "temporary_directory.h"

namespace antlinux::test {
namespace {

class ProxiesTest : public testing::Test {
protected:
    void process(const std::string& number, const std::string& name, const std::string& smaps) {
        const std::filesystem::path path = directory_.path() / number;
        std::filesystem::create_directory(path);
        std::ofstream(path / "status")
            << "Name:\t" << name << "\nPid:\t" << number << "\nPPid:\t1\nUid:\t0\n";
        std::ofstream(path / "smaps") << smaps;
    }
    TemporaryDirectory directory_;
};

TEST_F(ProxiesTest, PrivateMemoryOfAllThatHaveTheName) {
    const std::string smaps = "00400000-00500000 r-xp 0 00:00 1 /bin/ant-parent\n"
                              "Rss:          100 kB\nShared_Clean:  80 kB\n"
                              "Private_Clean:  4 kB\nPrivate_Dirty: 16 kB\n";
    process("70", "ant-parent", smaps);
    process("71", "ant-proxy", smaps);
    process("72", "ant-proxy", smaps + smaps);
    process("73", "sh", smaps);
    process("not-a-process", "ant-proxy", smaps);
    EXPECT_EQ(private_bytes_of_proxies(directory_.path().string()), 3u * (20u << 10));
}

TEST_F(ProxiesTest, NoneIsNothing) {
    EXPECT_EQ(private_bytes_of_proxies(directory_.path().string()), 0u);
    EXPECT_EQ(private_bytes_of_proxies("/nowhere"), 0u);
}

} // namespace
} // namespace antlinux::test
