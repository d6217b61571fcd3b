// SPDX-License-Identifier: GPL-2.0-only
// Peers that come, go and misbehave, case by case: the handshake, AnT anew, deaths.
#include "tests/unit/lkm/world.h"

namespace lkm {
namespace {

class Peers : public testing::Test {
protected:
    ~Peers() override { world_.check(); }

    void connect(antlinux_u32 generation = 7) {
        world_.start(generation);
        world_.doorbell(1);
        ASSERT_TRUE(world_.core().connected);
    }
    // The parent has got this call of core 2's.
    Opened& parent_with(antlinux_u64 raddr) {
        Opened& parent = world_.open();
        EXPECT_EQ(world_.get(parent), -EAGAIN);
        world_.call(2, raddr);
        EXPECT_EQ(world_.go_on(parent), 0);
        return parent;
    }
    Opened& proxy_of(Opened& parent, antlinux_u64 raddr) {
        Opened& proxy = world_.open();
        EXPECT_EQ(world_.bind(parent, proxy, raddr), 0);
        EXPECT_EQ(world_.map(proxy), 0);
        return proxy;
    }

    World world_;
};

TEST_F(Peers, HandshakeIsAnsweredOnceForEachGeneration) {
    world_.doorbell(1);
    EXPECT_FALSE(ant_is_unanswered(&world_.core())) << "there is no AnT";
    world_.start(7);
    EXPECT_TRUE(ant_is_unanswered(&world_.core()));
    EXPECT_FALSE(world_.is_answered());
    world_.doorbell(1);
    EXPECT_TRUE(world_.is_answered());
    EXPECT_FALSE(ant_is_unanswered(&world_.core()));
    EXPECT_EQ(world_.table().linux_error, 0);
    EXPECT_EQ(world_.table().linux_version, ANTLINUX_VERSION);
    EXPECT_EQ(world_.rung, 1U << 1) << "its first core";
    world_.doorbell(2);
    EXPECT_EQ(world_.counters().starts, 1U);
    EXPECT_EQ(world_.remarks, std::vector<std::string>{"AnT 00000007 on cores 0xe, ring depth 16, "
                                                       "ICA 0x40400000-0x4040ffff"});
}

TEST_F(Peers, AWrongHeaderIsRefusedWithAReason) {
    antlinux_u32 generation = 1;
    const auto refused = [&](antlinux_s64 error, bool rings, auto change) {
        world_.start(++generation, 16, change);
        world_.rung = 0;
        world_.doorbell(1);
        EXPECT_TRUE(world_.is_answered());
        EXPECT_EQ(world_.table().linux_error, error) << world_.remarks.back();
        EXPECT_EQ(world_.rung != 0, rings);
        EXPECT_FALSE(world_.core().connected);
        world_.table().core[1].request.head = 1; // is not heard
        world_.doorbell(1);
    };
    using Table = antlinux_table;
    refused(-ENODEV, false, [](Table& table) { table.cores = 0; });
    refused(-ENODEV, false, [](Table& table) { table.cores = 0b11; }); // ours
    refused(-ENODEV, false, [](Table& table) { table.cores = 1U << ANTLINUX_MAX_CORES; });
    refused(-ENOLINK, false, [](Table& table) { table.result_vector = 0x1f; });
    refused(-ENOLINK, false, [](Table& table) { table.result_vector = 0x100; });
    refused(-EPROTONOSUPPORT, true, [](Table& table) { ++table.version; });
    refused(-EDOM, true, [](Table& table) { table.depth = 0; });
    refused(-EDOM, true, [](Table& table) { table.depth = 3; });
    refused(-EDOM, true, [](Table& table) { table.depth = 128; });
    refused(-EFAULT, true, [](Table& table) { table.ica_base += 64; });
    refused(-EFAULT, true, [](Table& table) { table.ica_size = 0; });
    refused(-EFAULT, true, [](Table& table) { table.ica_size += ANTLINUX_PAGE_SIZE; });
    refused(-EFAULT, true,
            [](Table& table) { table.ica_base = region_base + 0x2000; }); // the table
    refused(-EFAULT, true, [](Table& table) { table.ica_base = region_base + region_size; });
    refused(-EFAULT, true, [](Table& table) { table.ica_size = 0xfffffffffffff000; });
    EXPECT_EQ(world_.remarks.back(), "AnT 00000010 refused: its ICA is not in its region");
    EXPECT_EQ(world_.counters().requests, 0U);
    connect(99);
}

TEST_F(Peers, ARegionThatEndsBeforeAnTsKernelIsNone) {
    EXPECT_EQ(world_.load(0x1000), -ENOSPC);
    EXPECT_EQ(world_.load(ANTLINUX_LOAD_OFFSET - 1), -ENOSPC);
    EXPECT_EQ(world_.load(), 0);
}

TEST_F(Peers, Generation0IsNone) {
    world_.start(0);
    world_.doorbell(1);
    world_.doorbell(2);
    EXPECT_FALSE(world_.core().connected);
    EXPECT_EQ(world_.table().linux_error, -EINVAL);
    EXPECT_EQ(world_.remarks.front(), "AnT 00000000 refused: its generation is 0");
    EXPECT_EQ(world_.rung, 0U);
    EXPECT_TRUE(world_.send(1, lca(1)));
    world_.doorbell(1);
    EXPECT_EQ(world_.counters().requests, 0U);
    connect();
    world_.start(0);
    world_.doorbell(1);
    EXPECT_FALSE(world_.core().connected) << "the old AnT's memory is another one's";
}

TEST_F(Peers, CountersGoOnWhereAnEarlierLoadStopped) {
    connect();
    Opened& parent = parent_with(lca(1));
    EXPECT_EQ(world_.ret(parent, lca(1), 2, EIO), 0);
    world_.close(parent);
    ant_leave(&world_.core());
    EXPECT_TRUE(ant_is_unanswered(&world_.core()));
    world_.load();
    world_.doorbell(1);
    EXPECT_TRUE(world_.is_answered());
    EXPECT_EQ(world_.result(2), lca(1));
    parent_with(lca(2));
}

TEST_F(Peers, ProxiesAndCallsOutliveTheParent) {
    connect();
    Opened& parent = parent_with(lca(1));
    Opened& busy = proxy_of(parent, lca(1));
    world_.call(2, lca(2));
    ASSERT_EQ(world_.get(parent), 0);
    Opened& sleeper = proxy_of(parent, lca(2));
    ASSERT_EQ(world_.next(sleeper, lca(2), 2), -EAGAIN);
    ASSERT_EQ(world_.result(2), lca(2));
    world_.call(2, lca(3)); // queued
    world_.call(2, lca(2)); // and this one taken, its proxy asleep
    ASSERT_EQ(world_.get(parent), 0);
    ASSERT_EQ(parent.command.request.raddr, lca(3));
    world_.close(parent);
    world_.check();
    EXPECT_TRUE(world_.orphaned);
    EXPECT_FALSE(sleeper.woken);
    world_.at(lca(1)).retval = 42;
    EXPECT_EQ(world_.next(busy, lca(1), 2), -EAGAIN) << "it is kept";
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(world_.at(lca(1)).retval, 42);
    world_.call(2, lca(4));
    EXPECT_FALSE(world_.result(2).has_value()) << "all others wait";

    Opened& heir = world_.open();
    ASSERT_EQ(world_.get(heir), 0);
    EXPECT_EQ(heir.command.request.raddr, lca(3)) << "what the dead one had taken comes first";
    ASSERT_EQ(world_.get(heir), 0);
    EXPECT_EQ(heir.command.request.raddr, lca(2));
    EXPECT_EQ(heir.command.request.kept, 1U);
    EXPECT_EQ(world_.wake(heir, lca(2)), 0);
    EXPECT_EQ(heir.command.request.raddr, lca(4));
    EXPECT_EQ(world_.go_on(sleeper), 2) << "with its open files";
    world_.lose_patience();
    world_.call(2, lca(5));
    EXPECT_EQ(world_.get(heir), 0) << "there is a parent";
}

TEST_F(Peers, CallsWaitForAParentOnlySoLong) {
    connect();
    Opened& parent = parent_with(lca(1));
    Opened& sleeper = proxy_of(parent, lca(1));
    ASSERT_EQ(world_.next(sleeper, lca(1), 2, true), -EAGAIN);
    ASSERT_EQ(world_.result(2), lca(1));
    world_.close(parent);
    world_.call(2, lca(1));
    world_.call(2, lca(2));
    EXPECT_FALSE(world_.result(2).has_value());
    world_.lose_patience();
    for (const antlinux_u64 raddr : {lca(1), lca(2)}) {
        EXPECT_EQ(world_.result(2), raddr);
        EXPECT_EQ(world_.at(raddr).retval, -ENXIO);
    }
    world_.call(2, lca(3));
    EXPECT_EQ(world_.result(2), lca(3)) << "nobody waits any more";
    EXPECT_EQ(world_.at(lca(3)).retval, -ENXIO);
    EXPECT_EQ(world_.counters().refused, 1U);

    Opened& heir = parent_with(lca(1)); // until one comes, who finds all as it was
    EXPECT_EQ(heir.command.request.kept, 1U);
    EXPECT_EQ(world_.wake(heir, lca(1)), -EAGAIN);
    EXPECT_EQ(world_.go_on(sleeper), 2);
    world_.close(heir);
    world_.call(2, lca(2));
    EXPECT_FALSE(world_.result(2).has_value()) << "and the patience is new";
}

TEST_F(Peers, AProxyThatDiesInACallIsToldOnce) {
    connect();
    Opened& parent = parent_with(lca(1));
    Opened& proxy = proxy_of(parent, lca(1));
    EXPECT_EQ(world_.at(lca(1)).incarnation, 1U);
    world_.close(proxy);
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(world_.at(lca(1)).retval, -EOWNERDEAD);
    EXPECT_EQ(world_.at(lca(1)).incarnation, 0U) << "it may have done something";
    EXPECT_EQ(world_.counters().died, 1U);
    world_.call(2, lca(1));
    ASSERT_EQ(world_.get(parent), 0);
    Opened& busy = proxy_of(parent, lca(1));
    EXPECT_EQ(world_.at(lca(1)).incarnation, 2U);
    world_.close(parent);
    world_.close(busy);
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(world_.at(lca(1)).retval, -EOWNERDEAD);
}

// The parent dies between ANT_BIND and its fork, or the new process before it has done anything.
TEST_F(Peers, AProxyThatNeverBeganHasDoneNothing) {
    connect();
    Opened& parent = parent_with(lca(1));
    Opened& unborn = world_.open();
    ASSERT_EQ(world_.bind(parent, unborn, lca(1)), 0);
    world_.close(unborn);
    ASSERT_EQ(world_.get(parent), 0);
    EXPECT_EQ(parent.command.request.raddr, lca(1));
    Opened& second = world_.open();
    ASSERT_EQ(world_.bind(parent, second, lca(1)), 0);
    world_.close(parent);
    world_.lose_patience();
    world_.close(second); // it was stopped all the time
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(world_.at(lca(1)).retval, -ENXIO);
    EXPECT_EQ(world_.counters().died, 0U);
}

// A kept proxy dies when the next call is where `stop` says. The call is not done, by anybody.
TEST_F(Peers, AKeptProxysFilesAreNeverAnotherOnes) {
    connect();
    Opened& parent = parent_with(lca(1));
    for (const int stop : {0, 1, 2, 3}) {
        Opened& proxy = proxy_of(parent, lca(1));
        ASSERT_EQ(world_.next(proxy, lca(1), 2), -EAGAIN);
        ASSERT_EQ(world_.result(2), lca(1));
        const antlinux_u32 incarnation = world_.at(lca(1)).incarnation;
        ASSERT_EQ(incarnation, static_cast<antlinux_u32>(stop) + 1);
        if (stop == 0)
            world_.close(proxy); // it sleeps
        world_.call(2, lca(1));
        if (stop >= 2) {
            ASSERT_EQ(world_.get(parent), 0);
        }
        if (stop == 3) {
            ASSERT_EQ(world_.wake(parent, lca(1)), -EAGAIN);
        }
        if (stop > 0)
            world_.close(proxy);
        EXPECT_EQ(world_.result(2), lca(1));
        EXPECT_EQ(world_.at(lca(1)).retval, -EOWNERDEAD);
        EXPECT_EQ(world_.at(lca(1)).incarnation, incarnation);
        EXPECT_EQ(world_.wake(parent, lca(1)), -EINVAL) << "there is no request any more";

        world_.call(2, lca(1)); // once more, without having understood
        EXPECT_EQ(world_.result(2), lca(1));
        EXPECT_EQ(world_.at(lca(1)).retval, -EOWNERDEAD);
        world_.check();

        world_.at(lca(1)).incarnation = 0;
        world_.call(2, lca(1));
        ASSERT_EQ(world_.get(parent), 0);
        EXPECT_EQ(world_.wake(parent, lca(1)), -ESRCH) << "a new one";
    }
}

TEST_F(Peers, AProxyThatEndsInOrderLeavesNoIncarnation) {
    connect();
    Opened& parent = parent_with(lca(1));
    Opened& proxy = proxy_of(parent, lca(1));
    ASSERT_EQ(world_.ret(proxy, lca(1), 2), 0);
    world_.close(proxy);
    EXPECT_EQ(world_.at(lca(1)).incarnation, 0U);
    world_.call(2, lca(1));
    EXPECT_EQ(world_.get(parent), 0);
}

TEST_F(Peers, ANewAntWaitsUntilTheOldOnesProxiesAreGone) {
    connect(7);
    Opened& parent = parent_with(lca(1));
    Opened& busy = proxy_of(parent, lca(1));
    world_.call(2, lca(2));
    ASSERT_EQ(world_.get(parent), 0);
    Opened& sleeper = proxy_of(parent, lca(2));
    ASSERT_EQ(world_.next(sleeper, lca(2), 2), -EAGAIN);
    Opened& unmapped = world_.open(); // the parent has not forked yet
    world_.call(2, lca(3));
    ASSERT_EQ(world_.get(parent), 0);
    ASSERT_EQ(world_.bind(parent, unmapped, lca(3)), 0);

    world_.start(8);
    world_.doorbell(1);
    world_.check();
    EXPECT_FALSE(world_.is_answered());
    EXPECT_TRUE(busy.killed && sleeper.killed);
    EXPECT_FALSE(parent.killed || unmapped.killed);
    EXPECT_EQ(world_.map(unmapped), -ESTALE);
    EXPECT_EQ(world_.ret(busy, lca(1), 2), -ESTALE);
    EXPECT_EQ(world_.go_on(sleeper), -ESTALE);
    world_.call(1, lca(5)); // is not heard yet
    world_.close(busy);
    EXPECT_FALSE(world_.is_answered());
    world_.close(sleeper);
    EXPECT_TRUE(world_.is_answered());
    EXPECT_EQ(world_.counters().starts, 2U);
    EXPECT_FALSE(world_.result(2).has_value());
    world_.doorbell(1);
    ASSERT_EQ(world_.get(parent), 0) << "the parent stays";
    EXPECT_EQ(parent.command.request.raddr, lca(5));
    EXPECT_EQ(parent.command.request.generation, 8U);
}

// It has emptied its rings, and rings only when its table is complete.
TEST_F(Peers, ResultsOfTheOldAntsCallsDoNotReachTheNewOne) {
    connect(7);
    Opened& parent = parent_with(lca(1));
    Opened& proxy = proxy_of(parent, lca(1));
    world_.start(8);
    EXPECT_EQ(world_.ret(proxy, lca(1), 2), 0);
    EXPECT_EQ(world_.table().core[2].result.head, 0U);
    world_.check();
    world_.close(proxy);
    world_.doorbell(1);
    EXPECT_TRUE(world_.is_answered());
    EXPECT_FALSE(world_.result(2).has_value());
}

TEST_F(Peers, AProxyThatIsAboutToExitIsWaitedForToo) {
    connect(7);
    Opened& parent = parent_with(lca(1));
    Opened& proxy = proxy_of(parent, lca(1));
    ASSERT_EQ(world_.ret(proxy, lca(1), 2), 0);
    world_.start(8);
    world_.doorbell(1);
    EXPECT_FALSE(world_.is_answered()) << "it still maps AnT's memory";
    world_.start(9); // and a third AnT
    world_.doorbell(1);
    world_.close(parent);
    EXPECT_FALSE(world_.is_answered());
    world_.close(proxy);
    EXPECT_TRUE(world_.is_answered());
}

} // namespace
} // namespace lkm
