// SPDX-License-Identifier: GPL-2.0-only
// The proxy management table, alone and shared with a child process.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "userland/parent/proxy_table.h"

namespace antlinux {
namespace {

constexpr PhysicalAddress lca(antlinux_u64 i) { return PhysicalAddress{0x5000'0000 + i * 4096}; }

TEST(ProxyTable, FindsWhatWasClaimed) {
    auto table = ProxyTable::create(4);
    ASSERT_TRUE(table.is_ok());
    EXPECT_EQ(table.value().find(lca(1)), nullptr);
    auto* one = table.value().claim(lca(1));
    auto* two = table.value().claim(lca(2));
    ASSERT_NE(one, nullptr);
    ASSERT_NE(two, nullptr);
    EXPECT_NE(one, two);
    EXPECT_EQ(table.value().find(lca(1)), one);
    EXPECT_EQ(table.value().find(lca(2)), two);
    one->release();
    EXPECT_EQ(table.value().find(lca(1)), nullptr);
    EXPECT_EQ(table.value().find(lca(2)), two);
}

TEST(ProxyTable, AFreeSlotIsNeverFound) {
    auto table = ProxyTable::create(2);
    ASSERT_TRUE(table.is_ok());
    table.value().claim(lca(1))->release();
    EXPECT_EQ(table.value().find(PhysicalAddress{0}), nullptr);
}

TEST(ProxyTable, IsFullExactlyWhenEverySlotIsTaken) {
    auto table = ProxyTable::create(3);
    ASSERT_TRUE(table.is_ok());
    std::set<ProxyTable::Slot*> slots;
    for (antlinux_u64 i = 1; i <= 3; ++i)
        slots.insert(table.value().claim(lca(i)));
    EXPECT_EQ(slots.size(), 3U);
    EXPECT_EQ(slots.count(nullptr), 0U);
    EXPECT_EQ(table.value().claim(lca(4)), nullptr);
    table.value().find(lca(2))->release();
    EXPECT_NE(table.value().claim(lca(4)), nullptr);
    EXPECT_EQ(table.value().claim(lca(5)), nullptr);
}

TEST(ProxyTable, SweepFreesTheSlotsOfTheDead) {
    auto table = ProxyTable::create(3);
    ASSERT_TRUE(table.is_ok());
    table.value().claim(lca(1))->pid = 100;
    table.value().claim(lca(2))->pid = 200;
    table.value().claim(lca(3))->pid = 300;
    table.value().sweep([](pid_t pid) { return pid != 200; });
    EXPECT_NE(table.value().find(lca(1)), nullptr);
    EXPECT_EQ(table.value().find(lca(2)), nullptr);
    EXPECT_NE(table.value().find(lca(3)), nullptr);
}

TEST(ProxyTable, ClearForgetsAll) {
    auto table = ProxyTable::create(2);
    ASSERT_TRUE(table.is_ok());
    static_cast<void>(table.value().claim(lca(1)));
    static_cast<void>(table.value().claim(lca(2)));
    table.value().clear();
    EXPECT_EQ(table.value().find(lca(1)), nullptr);
    EXPECT_NE(table.value().claim(lca(3)), nullptr);
    EXPECT_NE(table.value().claim(lca(4)), nullptr);
    EXPECT_EQ(table.value().find(lca(2)), nullptr);
}

TEST(ProxyTable, AProxyEmptiesItsSlotInTheParentsTable) {
    auto table = ProxyTable::create(2);
    ASSERT_TRUE(table.is_ok());
    auto* slot = table.value().claim(lca(1));
    const pid_t child = ::fork();
    if (child == 0) {
        slot->release();
        ::_exit(0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(table.value().find(lca(1)), nullptr);
}

} // namespace
} // namespace antlinux
