// SPDX-License-Identifier: GPL-2.0-only
// Calls that end early: ANTLINUX_ENTRY_END and ANTLINUX_ENTRY_INTERRUPT at each place of the way.
#include "tests/unit/lkm/world.h"

namespace lkm {
namespace {

constexpr antlinux_u64 end_of(antlinux_u64 raddr) { return raddr | ANTLINUX_ENTRY_END; }
constexpr antlinux_u64 interrupt_of(antlinux_u64 raddr) { return raddr | ANTLINUX_ENTRY_INTERRUPT; }

class Cancel : public testing::Test {
protected:
    Cancel() : parent_(world_.open()) {
        world_.start(7);
        world_.doorbell(1);
        EXPECT_EQ(world_.get(parent_), -EAGAIN);
    }
    ~Cancel() override { world_.check(); }

    // Its call is with the parent.
    void taken() {
        world_.call(2, lca(1));
        ASSERT_EQ(world_.get(parent_), 0);
    }
    // Its first proxy has the call in its hands.
    Opened& served() {
        taken();
        Opened& proxy = world_.open();
        EXPECT_EQ(world_.bind(parent_, proxy, lca(1)), 0);
        EXPECT_EQ(world_.map(proxy), 0);
        return proxy;
    }
    // Its proxy sleeps.
    Opened& kept() {
        Opened& proxy = served();
        EXPECT_EQ(world_.next(proxy, lca(1), 2), -EAGAIN);
        EXPECT_EQ(world_.result(2), lca(1));
        return proxy;
    }
    antlinux_s64 retval() { return world_.at(lca(1)).retval; }
    void expect_no_result() { EXPECT_FALSE(world_.result(2).has_value()); }
    void expect_gone() {
        for (const ant_lca& entry : world_.core().lcas.pool)
            ASSERT_EQ(entry.state, ANT_LCA_FREE);
    }

    World world_;
    Opened& parent_;
};

TEST_F(Cancel, TheEndOfNothingIsAnsweredAtOnce) {
    world_.call(2, end_of(lca(1)));
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
    EXPECT_EQ(world_.get(parent_), -EAGAIN);
    expect_gone();
}

TEST_F(Cancel, ACallThatNobodyHasFetchedEnds) {
    for (antlinux_u64 i = 1; i <= 3; ++i)
        world_.call(2, lca(i));
    world_.call(2, end_of(lca(2)));
    EXPECT_EQ(world_.result(2), end_of(lca(2)));
    expect_no_result();
    ASSERT_EQ(world_.get(parent_), 0);
    EXPECT_EQ(parent_.command.request.raddr, lca(1));
    world_.call(2, end_of(lca(3))); // the last of the queue
    EXPECT_EQ(world_.result(2), end_of(lca(3)));
    world_.call(2, lca(4));
    ASSERT_EQ(world_.get(parent_), 0);
    EXPECT_EQ(parent_.command.request.raddr, lca(4));
}

TEST_F(Cancel, ACallThatTheParentHasEnds) {
    taken();
    world_.call(2, end_of(lca(1)));
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
    EXPECT_EQ(world_.wake(parent_, lca(1)), -EINVAL);
    expect_gone();
    // The LCA's next process calls, and the parent still thinks of the former call.
    world_.call(2, lca(1));
    Opened& proxy = world_.open();
    EXPECT_EQ(world_.bind(parent_, proxy, lca(1)), -ENOENT);
    EXPECT_EQ(world_.ret(parent_, lca(1), 2, EBUSY), -EINVAL);
    expect_no_result();
    EXPECT_EQ(world_.get(parent_), 0) << "it gets it in its turn";
}

TEST_F(Cancel, ABusyProxyIsKilledAndTheAnswerWaitsForItsEnd) {
    Opened& proxy = served();
    world_.call(2, end_of(lca(1)));
    EXPECT_TRUE(proxy.killed);
    expect_no_result();
    world_.check();
    EXPECT_EQ(world_.next(proxy, lca(1), 2), -EINVAL) << "too late";
    world_.call(2, lca(1)); // nobody may use it before
    EXPECT_EQ(world_.counters().refused, 1U);
    world_.call(2, end_of(lca(1)));
    EXPECT_EQ(world_.counters().refused, 2U);
    world_.close(proxy);
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
    EXPECT_EQ(world_.counters().died, 0U);
    expect_gone();
}

TEST_F(Cancel, AProxyThatHasNotMappedYetFindsOut) {
    taken();
    Opened& proxy = world_.open();
    ASSERT_EQ(world_.bind(parent_, proxy, lca(1)), 0);
    world_.call(2, end_of(lca(1)));
    EXPECT_FALSE(proxy.killed);
    EXPECT_EQ(world_.map(proxy), -ESTALE);
    world_.close(proxy);
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
}

TEST_F(Cancel, AKeptProxyEndsWhereverItsNextCallIs) {
    for (const int stop : {0, 1, 2, 3}) {
        Opened& proxy = kept();
        if (stop >= 1)
            world_.call(2, lca(1));
        if (stop >= 2) {
            ASSERT_EQ(world_.get(parent_), 0);
        }
        if (stop == 3) {
            ASSERT_EQ(world_.wake(parent_, lca(1)), -EAGAIN);
        }
        world_.call(2, end_of(lca(1)));
        EXPECT_TRUE(proxy.killed);
        expect_no_result();
        world_.check();
        world_.close(proxy);
        EXPECT_EQ(world_.result(2), end_of(lca(1)));
        expect_no_result();
        expect_gone();
        world_.at(lca(1)).incarnation = 0; // AnT gives the memory to somebody else, zeroed
    }
}

TEST_F(Cancel, TheEndMayMeetTheAnswer) {
    world_.start(8, 1);
    world_.doorbell(1);
    // In AnT's ring already: both come.
    Opened& first = served();
    ASSERT_EQ(world_.next(first, lca(1), 2), -EAGAIN);
    world_.call(2, end_of(lca(1)));
    world_.close(first);
    EXPECT_EQ(world_.result(2), lca(1));
    world_.tick();
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
    // Not yet: it gives way.
    for (const bool keeps : {false, true}) {
        world_.at(lca(1)).incarnation = 0;
        world_.call(2, lca(2)); // its answer fills the ring
        ASSERT_EQ(world_.get(parent_), 0);
        ASSERT_EQ(world_.ret(parent_, lca(2), 2, EAGAIN), 0);
        Opened& proxy = served();
        if (keeps) {
            ASSERT_EQ(world_.next(proxy, lca(1), 2), -EAGAIN);
        } else {
            ASSERT_EQ(world_.ret(proxy, lca(1), 2), 0);
        }
        world_.call(2, end_of(lca(1)));
        world_.check();
        EXPECT_EQ(proxy.killed, keeps);
        world_.close(proxy);
        EXPECT_EQ(world_.result(2), lca(2));
        world_.tick();
        EXPECT_EQ(world_.result(2), end_of(lca(1)));
        world_.tick();
        expect_no_result();
        expect_gone();
    }
}

TEST_F(Cancel, ANewAntDoesNotHearOfTheOldOnesEnds) {
    Opened& proxy = served();
    world_.call(2, end_of(lca(1)));
    world_.start(8);
    world_.doorbell(1);
    EXPECT_FALSE(world_.is_answered());
    world_.close(proxy);
    EXPECT_TRUE(world_.is_answered());
    expect_no_result();
}

TEST_F(Cancel, TheParentsDeathDoesNotDisturbAnEnd) {
    Opened& proxy = kept();
    world_.call(2, end_of(lca(1)));
    world_.close(parent_);
    world_.check();
    expect_no_result();
    world_.close(proxy);
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
    expect_gone();
}

TEST_F(Cancel, AnInterruptBeforeTheProxyHasBegunAnswersAtOnce) {
    world_.call(2, interrupt_of(lca(1))); // no call at all
    expect_no_result();
    expect_gone();
    world_.call(2, lca(1)); // queued
    world_.call(2, interrupt_of(lca(1)));
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(retval(), -EINTR);
    expect_gone();
    EXPECT_EQ(world_.get(parent_), -EAGAIN);
    taken();
    world_.call(2, interrupt_of(lca(1)));
    EXPECT_EQ(world_.result(2), lca(1));
    EXPECT_EQ(world_.wake(parent_, lca(1)), -EINVAL);
    expect_gone();
    // A kept proxy is not concerned, wherever its call was.
    Opened& proxy = kept();
    for (const int stop : {1, 2, 3}) {
        world_.call(2, lca(1));
        if (stop >= 2) {
            ASSERT_EQ(world_.get(parent_), 0);
        }
        if (stop == 3) {
            ASSERT_EQ(world_.wake(parent_, lca(1)), -EAGAIN);
        }
        world_.call(2, interrupt_of(lca(1)));
        EXPECT_EQ(world_.result(2), lca(1));
        EXPECT_EQ(retval(), -EINTR);
        EXPECT_EQ(world_.go_on(proxy), -EAGAIN) << "it sleeps on";
        EXPECT_EQ(proxy.interrupts, 0);
        world_.check();
    }
    world_.call(2, lca(1));
    ASSERT_EQ(world_.get(parent_), 0);
    ASSERT_EQ(world_.wake(parent_, lca(1)), -EAGAIN);
    EXPECT_EQ(world_.go_on(proxy), 2);
}

TEST_F(Cancel, ABusyProxyIsInterruptedUntilItAnswers) {
    Opened& proxy = served();
    world_.call(2, interrupt_of(lca(1)));
    EXPECT_EQ(proxy.interrupts, 1);
    expect_no_result();
    world_.tick();
    world_.tick();
    EXPECT_EQ(proxy.interrupts, 3);
    world_.at(lca(1)).retval = -EINTR;
    ASSERT_EQ(world_.next(proxy, lca(1), 2), -EAGAIN);
    EXPECT_EQ(world_.result(2), lca(1));
    world_.tick();
    EXPECT_EQ(proxy.interrupts, 3) << "it has answered";
    world_.call(2, lca(1));
    ASSERT_EQ(world_.get(parent_), 0);
    ASSERT_EQ(world_.wake(parent_, lca(1)), -EAGAIN);
    ASSERT_EQ(world_.go_on(proxy), 2);
    world_.tick();
    EXPECT_EQ(proxy.interrupts, 3) << "the next call is another one";
}

TEST_F(Cancel, AProxyThatHasNotMappedYetIsInterruptedWhenItHas) {
    taken();
    Opened& proxy = world_.open();
    ASSERT_EQ(world_.bind(parent_, proxy, lca(1)), 0);
    world_.call(2, interrupt_of(lca(1)));
    EXPECT_EQ(proxy.interrupts, 0);
    ASSERT_EQ(world_.map(proxy), 0);
    world_.tick();
    EXPECT_EQ(proxy.interrupts, 1);
    world_.call(2, end_of(lca(1))); // and its caller's patience ends for good
    EXPECT_TRUE(proxy.killed);
    world_.tick();
    EXPECT_EQ(proxy.interrupts, 1);
    world_.close(proxy);
    EXPECT_EQ(world_.result(2), end_of(lca(1)));
}

} // namespace
} // namespace lkm
