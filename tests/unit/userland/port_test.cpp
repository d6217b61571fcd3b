// SPDX-License-Identifier: GPL-2.0-only
// Looking for the virtio port in a directory like /sys/class/virtio-ports.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/userland/temporary_directory.h"
#include "userland/agent/port.h"

namespace antlinux {
namespace {

namespace fs = std::filesystem;

class PortTest : public ::testing::Test {
protected:
    void add(const std::string& port, const std::string& name_file) {
        fs::create_directory(directory_ / port);
        std::ofstream(directory_ / port / "name") << name_file;
    }
    test::TemporaryDirectory directory_;
};

TEST_F(PortTest, IsFoundByItsWholeName) {
    add("vport1p0", "console\n");
    fs::create_directory(directory_ / "vport1p1"); // a port without a name
    add("vport1p2", "antbed.control.other\n");
    add("vport2p1", "antbed.control\n");
    const auto port = find_port("antbed.control", directory_.path());
    ASSERT_TRUE(port.is_ok());
    EXPECT_EQ(port.value(), "vport2p1");
}

TEST_F(PortTest, IsMissingWhenNobodyHasTheName) {
    add("vport1p0", "\n");
    const auto port = find_port("antbed.control", directory_.path());
    ASSERT_FALSE(port.is_ok());
    EXPECT_EQ(number(port.error()), ENOENT);
    EXPECT_EQ(number(find_port("x", directory_ / "none").error()), ENOENT);
}

} // namespace
} // namespace antlinux
