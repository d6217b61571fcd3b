// SPDX-License-Identifier: GPL-2.0-only
// The code of the rings (<antlinux/ring.h>): order, wrap-around, corrupt counters, two threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <antlinux/ring.h>
#include <deque>
#include <memory>
#include <random>
#include <thread>

namespace {

class RingTest : public ::testing::TestWithParam<antlinux_u32> {
protected:
    // Near the wrap of the 32-bit counters, which must not matter.
    static constexpr antlinux_u32 start = 0xffffffff - 20;

    RingTest() : ring_(std::make_unique<antlinux_ring>()) { ring_->head = ring_->tail = start; }
    antlinux_ring_status push(antlinux_u64 raddr) {
        return antlinux_ring_push(ring_.get(), GetParam(), &head_, raddr);
    }
    antlinux_ring_status pop(antlinux_u64& raddr) {
        return antlinux_ring_pop(ring_.get(), GetParam(), &tail_, &raddr);
    }

    std::unique_ptr<antlinux_ring> ring_;
    antlinux_u32 head_ = start;
    antlinux_u32 tail_ = start;
};

INSTANTIATE_TEST_SUITE_P(Depth, RingTest,
                         ::testing::Values(1, 2, 4, 8, 16, 32, ANTLINUX_MAX_DEPTH));

TEST_P(RingTest, FillsAndEmptiesInOrder) {
    antlinux_u64 next_in = 1;
    antlinux_u64 next_out = 1;
    antlinux_u64 raddr = 0;
    for (int round = 0; round < 10; ++round) {
        for (antlinux_u32 i = 0; i < GetParam(); ++i)
            EXPECT_EQ(push(next_in++), ANTLINUX_RING_OK);
        EXPECT_EQ(push(999), ANTLINUX_RING_FULL);
        for (antlinux_u32 i = 0; i < GetParam(); ++i) {
            EXPECT_EQ(pop(raddr), ANTLINUX_RING_OK);
            EXPECT_EQ(raddr, next_out++);
        }
        EXPECT_EQ(pop(raddr), ANTLINUX_RING_EMPTY);
    }
}

TEST_P(RingTest, KeepsOrderAcrossTheWrapOfTheCounters) {
    std::deque<antlinux_u64> model;
    antlinux_u64 next = 0x100000000;
    std::mt19937 generator{1};
    for (int step = 0; step < 2000; ++step) {
        if (generator() % 2 == 0) {
            const bool full = model.size() == GetParam();
            ASSERT_EQ(push(next), full ? ANTLINUX_RING_FULL : ANTLINUX_RING_OK);
            if (!full)
                model.push_back(next++);
        } else {
            antlinux_u64 raddr = 0;
            ASSERT_EQ(pop(raddr), model.empty() ? ANTLINUX_RING_EMPTY : ANTLINUX_RING_OK);
            if (!model.empty()) {
                ASSERT_EQ(raddr, model.front());
                model.pop_front();
            }
        }
        ASSERT_EQ(ring_->head - ring_->tail, model.size());
    }
    EXPECT_LT(ring_->head, start) << "the counter did not wrap";
}

TEST_P(RingTest, EntriesLieWhereTheContractSays) {
    head_ = tail_ = ring_->head = ring_->tail = 0;
    for (antlinux_u32 i = 0; i < GetParam(); ++i)
        ASSERT_EQ(push(1000 + i), ANTLINUX_RING_OK);
    for (antlinux_u32 i = 0; i < ANTLINUX_MAX_DEPTH; ++i)
        EXPECT_EQ(ring_->lca[i], i < GetParam() ? 1000 + i : 0);
    EXPECT_EQ(ring_->head, GetParam());
    EXPECT_EQ(ring_->tail, 0U);
}

TEST_P(RingTest, AnImpossibleHeadIsCorruptAndReadsNothing) {
    antlinux_u64 raddr = 4711;
    for (const antlinux_u32 head : {tail_ + GetParam() + 1, tail_ - 1, tail_ + 0x80000000}) {
        ring_->head = head;
        EXPECT_EQ(pop(raddr), ANTLINUX_RING_CORRUPT);
        EXPECT_EQ(raddr, 4711U);
        EXPECT_EQ(tail_, start);
        EXPECT_EQ(ring_->tail, start);
    }
    ring_->head = start; // it comes to its senses
    EXPECT_EQ(push(42), ANTLINUX_RING_OK);
    EXPECT_EQ(pop(raddr), ANTLINUX_RING_OK);
    EXPECT_EQ(raddr, 42U);
}

TEST_P(RingTest, AnImpossibleTailIsCorruptAndWritesNothing) {
    for (const antlinux_u32 tail : {head_ - GetParam() - 1, head_ + 1, head_ + 0x80000000}) {
        ring_->tail = tail;
        EXPECT_EQ(push(1), ANTLINUX_RING_CORRUPT);
        EXPECT_EQ(head_, start);
        EXPECT_EQ(ring_->head, start);
    }
    ring_->tail = start;
    EXPECT_EQ(push(1), ANTLINUX_RING_OK);
}

TEST_P(RingTest, OwnCounterInTheTableIsNotBelieved) {
    antlinux_u64 raddr = 0;
    EXPECT_EQ(push(1), ANTLINUX_RING_OK);
    ring_->head = 12345; // the peer scribbles on what is ours
    EXPECT_EQ(head_, start + 1);
    ring_->head = head_;
    ring_->tail = 54321;
    EXPECT_EQ(pop(raddr), ANTLINUX_RING_OK);
    EXPECT_EQ(raddr, 1U);
    EXPECT_EQ(ring_->tail, start + 1) << "the true value is published again";
}

TEST_P(RingTest, TwoThreadsLoseAndInventNothing) {
    // A full ring needs the other thread: where two seldom run at once, a small one takes long.
    const antlinux_u64 count = std::min(50000U, 2000 * GetParam());
    std::thread writer([this, count] {
        for (antlinux_u64 i = 1; i <= count;)
            if (push(i) == ANTLINUX_RING_OK)
                ++i;
            else
                std::this_thread::yield();
    });
    antlinux_u64 wrong = 0;
    for (antlinux_u64 expected = 1; expected <= count;) {
        antlinux_u64 raddr = 0;
        const antlinux_ring_status status = pop(raddr);
        if (status == ANTLINUX_RING_OK)
            wrong += raddr != expected++ ? 1U : 0U;
        else if (status == ANTLINUX_RING_EMPTY)
            std::this_thread::yield();
        else
            ++wrong;
    }
    writer.join();
    EXPECT_EQ(wrong, 0U);
}

} // namespace
