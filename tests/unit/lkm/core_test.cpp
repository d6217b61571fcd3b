// SPDX-License-Identifier: GPL-2.0-only
// The module's state machine, case by case: the way of a call, refusals, a full result ring.
#include "tests/unit/lkm/world.h"

namespace lkm {
namespace {

class Core : public testing::Test {
protected:
    // AnT is connected, and the parent sleeps in ANT_GET.
    Core() : parent_(world_.open()) {
        world_.start(7);
        world_.doorbell(1);
        EXPECT_EQ(world_.get(parent_), -EAGAIN);
        world_.rung = 0;
    }
    ~Core() override { world_.check(); }

    // A call of core 2's that its first proxy has in its hands.
    Opened& served(antlinux_u64 raddr) {
        world_.call(2, raddr);
        EXPECT_EQ(world_.go_on(parent_), 0);
        Opened& proxy = world_.open();
        EXPECT_EQ(world_.bind(parent_, proxy, raddr), 0);
        EXPECT_EQ(world_.map(proxy), 0);
        EXPECT_EQ(world_.get(parent_), -EAGAIN);
        return proxy;
    }
    // Its proxy sleeps.
    Opened& kept(antlinux_u64 raddr) {
        Opened& proxy = served(raddr);
        EXPECT_EQ(world_.next(proxy, raddr, 2), -EAGAIN);
        EXPECT_EQ(world_.result(2), raddr);
        return proxy;
    }
    antlinux_s64 retval(antlinux_u64 raddr) { return world_.at(raddr).retval; }

    World world_;
    Opened& parent_;
};

TEST_F(Core, ACallGoesToAFreshProxyAndBack) {
    world_.call(2, lca(1));
    EXPECT_TRUE(parent_.woken);
    ASSERT_EQ(world_.go_on(parent_), 0);
    EXPECT_EQ(parent_.command.request.raddr, lca(1));
    EXPECT_EQ(parent_.command.request.cid, 2U);
    EXPECT_EQ(parent_.command.request.kept, 0U);
    EXPECT_EQ(parent_.command.request.generation, 7U);
    Opened& proxy = world_.open();
    EXPECT_EQ(world_.wake(parent_, lca(1)), -ESRCH) << "it has no proxy yet";
    ASSERT_EQ(world_.bind(parent_, proxy, lca(1)), 0);
    ASSERT_EQ(world_.map(proxy), 0);
    world_.at(lca(1)).retval = 42;
    EXPECT_EQ(world_.rung, 0U);
    ASSERT_EQ(world_.ret(proxy, lca(1), 2), 0);
    EXPECT_EQ(world_.rung, 1U << 2);
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(retval(lca(1)), 42);
    EXPECT_EQ(world_.wait(proxy), -ESTALE) << "it no longer serves it";
}

TEST_F(Core, ACallGoesToTheKeptProxy) {
    Opened& proxy = kept(lca(1));
    world_.call(3, lca(1)); // the process was moved to another core
    ASSERT_EQ(world_.go_on(parent_), 0);
    EXPECT_EQ(parent_.command.request.kept, 1U);
    EXPECT_FALSE(proxy.woken);
    EXPECT_EQ(world_.wake(parent_, lca(1)), -EAGAIN) << "and the parent sleeps again";
    EXPECT_TRUE(proxy.woken);
    ASSERT_EQ(world_.go_on(proxy), 3);
    EXPECT_EQ(world_.next(proxy, lca(1), 2), -EINVAL) << "that is not the core";
    EXPECT_EQ(world_.next(proxy, lca(1), 3), -EAGAIN);
    EXPECT_EQ(world_.result(3), lca(1));
    world_.call(3, lca(2));
    EXPECT_EQ(world_.go_on(parent_), 0) << "ANT_WAKE has gone on as ANT_GET";
    EXPECT_EQ(parent_.command.request.raddr, lca(2));
}

TEST_F(Core, RequestsThatCameWithOneDoorbellGoInOrder) {
    for (antlinux_u64 i = 1; i <= 3; ++i)
        ASSERT_TRUE(world_.send(1, lca(i)));
    world_.doorbell(1);
    for (antlinux_u64 i = 1; i <= 3; ++i) {
        ASSERT_EQ(world_.get(parent_), 0);
        EXPECT_EQ(parent_.command.request.raddr, lca(i));
    }
    EXPECT_EQ(world_.counters().merged, 2U);
    EXPECT_EQ(world_.counters().empty, 1U) << "the handshake's";
}

TEST_F(Core, TheParentMayAnswerWithAnErrno) {
    world_.call(1, lca(1));
    ASSERT_EQ(world_.go_on(parent_), 0);
    EXPECT_EQ(world_.ret(parent_, lca(1), 1, 4096), -EINVAL);
    EXPECT_EQ(world_.ret(parent_, lca(2), 1, EAGAIN), -EINVAL);
    EXPECT_EQ(world_.ret(parent_, lca(1), 1, EAGAIN), 0);
    EXPECT_EQ(world_.result(1), lca(1));
    EXPECT_EQ(retval(lca(1)), -EAGAIN);
    EXPECT_EQ(world_.ret(parent_, lca(1), 1, EAGAIN), -EINVAL);
}

TEST_F(Core, WhoMayDoWhat) {
    Opened& other = world_.open();
    Opened& proxy = served(lca(1));
    EXPECT_EQ(world_.get(other), -EBUSY);
    EXPECT_EQ(world_.get(proxy), -EINVAL);
    EXPECT_EQ(world_.wake(other, lca(1)), -EPERM);
    EXPECT_EQ(world_.wake(parent_, lca(1)), -EINVAL) << "it is served already";
    EXPECT_EQ(world_.bind(other, other, lca(1)), -EPERM);
    EXPECT_EQ(world_.bind(parent_, other, lca(1)), -ENOENT) << "it is served already";
    EXPECT_EQ(world_.bind(parent_, other, lca(2)), -ENOENT);
    EXPECT_EQ(world_.ret(other, lca(1), 2), -EINVAL);
    EXPECT_EQ(world_.ret(parent_, lca(1), 2), -EINVAL);
    EXPECT_EQ(world_.wait(other), -ESTALE);
    ant_command nonsense{};
    nonsense.number = 4711;
    EXPECT_EQ(world_.run(other, nonsense), -ENOTTY);
    ASSERT_EQ(world_.get(parent_), -EAGAIN);
    Opened& sleeper = kept(lca(3));
    EXPECT_EQ(world_.bind(parent_, other, lca(3)), -ENOENT);
    EXPECT_EQ(world_.wait(sleeper), -EAGAIN);
    world_.call(2, lca(2));
    EXPECT_EQ(world_.bind(parent_, other, lca(2)), -ENOENT) << "the parent does not have it yet";
    world_.call(2, lca(3));
    ASSERT_EQ(world_.get(parent_), 0);
    ASSERT_EQ(world_.get(parent_), 0);
    EXPECT_EQ(world_.bind(parent_, other, lca(3)), -EBUSY) << "it has a proxy, which sleeps";
}

TEST_F(Core, TheLongestIdleProxyWithoutFilesMakesRoom) {
    Opened& with_files = served(lca(1));
    EXPECT_EQ(world_.next(with_files, lca(1), 2, true), -EAGAIN);
    EXPECT_EQ(world_.result(2), lca(1));
    Opened& oldest = kept(lca(2));
    Opened& newer = kept(lca(3));
    Opened& busy = served(lca(4));
    world_.call(2, lca(5));
    ASSERT_EQ(world_.go_on(parent_), 0);
    Opened& first = world_.open();
    ASSERT_EQ(world_.bind(parent_, first, lca(5), 4), 0);
    EXPECT_TRUE(oldest.woken);
    EXPECT_EQ(world_.go_on(oldest), -ESTALE) << "its process ends";
    EXPECT_EQ(world_.counters().retired, 1U);
    EXPECT_EQ(world_.core().proxies, 4U);

    world_.call(2, lca(2)); // it gets another one, as if it had never had any
    ASSERT_EQ(world_.get(parent_), 0);
    EXPECT_EQ(parent_.command.request.kept, 0U);
    Opened& second = world_.open();
    ASSERT_EQ(world_.bind(parent_, second, lca(2), 4), 0);
    EXPECT_EQ(world_.go_on(newer), -ESTALE);

    world_.call(2, lca(3)); // now all have a call or a file
    ASSERT_EQ(world_.get(parent_), 0);
    Opened& third = world_.open();
    ASSERT_EQ(world_.bind(parent_, third, lca(3), 4), -EAGAIN);
    EXPECT_EQ(world_.ret(parent_, lca(3), 2, EAGAIN), 0);
    EXPECT_EQ(world_.counters().retired, 2U);
    EXPECT_FALSE(with_files.woken || busy.woken);
    ASSERT_EQ(world_.get(parent_), -EAGAIN);
}

TEST_F(Core, WhatCannotBeAnsweredIsRefused) {
    world_.remarks.clear();
    const antlinux_u64 bad[] = {64,
                                lca(1) + 8,
                                ica_base - 64,
                                ica_base + ica_size,
                                ~0ULL - 63,
                                (ica_base - 64) | ANTLINUX_ENTRY_END,
                                ~0ULL};
    for (const antlinux_u64 raddr : bad)
        world_.call(2, raddr);
    EXPECT_EQ(world_.counters().refused, std::size(bad));
    EXPECT_EQ(world_.remarks.front(), "core 2: no LCA: 0x40");
    world_.remarks.clear();
    for (antlinux_u64 i = 0; i < 16; ++i)
        ASSERT_TRUE(world_.send(2, ~i)); // more lines than there is space for
    world_.doorbell(2);
    EXPECT_EQ(world_.counters().refused, std::size(bad) + 16);
    EXPECT_GT(world_.remarks.size(), 10U);
    for (const std::string& remark : world_.remarks)
        EXPECT_EQ(remark.size(), std::string_view{"core 2: no LCA: 0xffffffffffffffff"}.size());
    EXPECT_FALSE(parent_.woken);
    served(lca(1));
    world_.remarks.clear();
    world_.call(1, lca(1));
    EXPECT_EQ(world_.remarks.front(), "core 1: LCA is in use: 0x40401000");
    EXPECT_FALSE(world_.result(1).has_value());
    EXPECT_FALSE(parent_.woken);
    world_.call(2, ica_base + ica_size - sizeof(antlinux_lca)); // the last one there is
    EXPECT_TRUE(parent_.woken);
}

TEST_F(Core, CoresThatAreNotAntsAreNotHeard) {
    world_.table().core[4].request.head = 1;
    world_.table().core[4].request.lca[0] = lca(1);
    world_.doorbell(4);
    world_.doorbell(ANTLINUX_MAX_CORES);
    EXPECT_EQ(world_.counters().requests, 0U);
}

TEST_F(Core, ResultsWaitForSpaceInTheirRing) {
    world_.start(8, 2); // two results at most
    world_.doorbell(1);
    for (antlinux_u64 i = 0; i < 6; ++i) {
        world_.call(1, lca(i));
        ASSERT_EQ(world_.get(parent_), 0);
    }
    for (antlinux_u64 i = 0; i < 6; ++i)
        EXPECT_EQ(world_.ret(parent_, lca(i), 1, EIO), 0);
    EXPECT_EQ(world_.counters().waits, 4U);
    EXPECT_TRUE(world_.retry);
    for (antlinux_u64 i = 0; i < 4; ++i)
        EXPECT_EQ(world_.result(1).has_value(), i < 2);
    world_.tick();
    EXPECT_EQ(world_.result(1), lca(2));
    world_.check();
    world_.doorbell(1); // AnT rings when it has emptied a full ring
    EXPECT_EQ(world_.result(1), lca(3));
    EXPECT_EQ(world_.result(1), lca(4));
    world_.tick();
    EXPECT_EQ(world_.result(1), lca(5));
    EXPECT_FALSE(world_.retry);
}

TEST_F(Core, AProxyMayEndWhileItsResultWaits) {
    world_.start(8, 1);
    world_.doorbell(1);
    Opened& first = served(lca(1));
    Opened& second = served(lca(2));
    EXPECT_EQ(world_.next(first, lca(1), 2), -EAGAIN);
    EXPECT_EQ(world_.next(second, lca(2), 2), -EAGAIN);
    world_.check();
    world_.close(second);
    world_.check();
    EXPECT_EQ(world_.result(2), lca(1));
    world_.tick();
    EXPECT_EQ(world_.result(2), lca(2));
}

// AnT has at most 256 LCAs on each core: what is more stays in the ring.
TEST_F(Core, ThePoolEndsAndComesBack) {
    ant_lcas& lcas = world_.core().lcas;
    ant_queue free = lcas.free;
    lcas.free = {};
    world_.remarks.clear();
    world_.doorbell(1);
    EXPECT_EQ(world_.counters().full, 0U) << "nobody waits";
    world_.call(1, lca(1));
    EXPECT_EQ(world_.counters().requests, 0U);
    EXPECT_EQ(world_.counters().full, 1U);
    EXPECT_EQ(world_.remarks,
              std::vector<std::string>{"core 1: 2048 calls are in progress, further ones wait"});
    EXPECT_FALSE(world_.retry);
    lcas.free = free;
    world_.doorbell(1);
    EXPECT_EQ(world_.counters().requests, 1U);
    EXPECT_TRUE(parent_.woken);
}

TEST_F(Core, TheFirstRecordThatComesBackIsForWhoWaits) {
    ant_lcas& lcas = world_.core().lcas;
    world_.call(1, lca(1));
    ASSERT_EQ(world_.get(parent_), 0);
    lcas.free = {};
    world_.call(2, lca(2));
    EXPECT_EQ(world_.counters().requests, 1U);
    EXPECT_EQ(world_.ret(parent_, lca(1), 1, EIO), 0);
    EXPECT_TRUE(world_.retry) << "no doorbell announces it";
    world_.tick();
    EXPECT_EQ(world_.counters().requests, 2U);
    EXPECT_FALSE(world_.retry);
    ant_lcas_init(&lcas); // what was free is lost
}

TEST_F(Core, ImpossibleCountersAreReportedOnceAndReadNothing) {
    world_.remarks.clear();
    for (const antlinux_u32 head : {17U, 0x80000000U, ~0U}) {
        world_.table().core[2].request.head = head;
        world_.doorbell(2);
    }
    EXPECT_EQ(world_.counters().requests, 0U);
    EXPECT_EQ(world_.counters().corrupt, 3U);
    EXPECT_EQ(world_.remarks, std::vector<std::string>{"core 2: counters of its request ring make "
                                                       "no sense, ring ignored"});
    world_.table().core[2].request.head = 0; // it comes to its senses
    Opened& proxy = served(lca(1));
    world_.table().core[2].result.tail = 1;
    EXPECT_EQ(world_.ret(proxy, lca(1), 2), 0);
    EXPECT_FALSE(world_.retry) << "it would be corrupt in each tick";
    EXPECT_TRUE(world_.retry_later);
    EXPECT_EQ(world_.counters().corrupt, 4U);
    world_.table().core[2].result.tail = 0;
    world_.doorbell(2);
    EXPECT_EQ(world_.result(2), lca(1));
}

} // namespace
} // namespace lkm
