// SPDX-License-Identifier: GPL-2.0-only
// The rings of the LCA management table as the kernel module uses them.
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "lkm/ring.h"

namespace {

class RingTest : public ::testing::TestWithParam<antlinux_u32> {
protected:
    // Near the wrap of the 32-bit counters, which must not matter.
    static constexpr antlinux_u32 start = 0xffffffff - 20;

    RingTest() : ring_(std::make_unique<antlinux_ring>()) { ring_->head = ring_->tail = start; }
    ant_ring_status push(antlinux_u64 raddr) {
        return ant_ring_push(ring_.get(), GetParam(), &head_, raddr);
    }
    ant_ring_status pop(antlinux_u64& raddr) {
        return ant_ring_pop(ring_.get(), GetParam(), &tail_, &raddr);
    }

    std::unique_ptr<antlinux_ring> ring_;
    antlinux_u32 head_ = start;
    antlinux_u32 tail_ = start;
};

INSTANTIATE_TEST_SUITE_P(Depth, RingTest, ::testing::Values(1, 2, 16, ANTLINUX_MAX_DEPTH));

TEST_P(RingTest, FillsAndEmptiesInOrder) {
    antlinux_u64 next_in = 1;
    antlinux_u64 next_out = 1;
    antlinux_u64 raddr = 0;
    for (int round = 0; round < 10; ++round) {
        for (antlinux_u32 i = 0; i < GetParam(); ++i)
            EXPECT_EQ(push(next_in++), ANT_RING_OK);
        EXPECT_EQ(push(999), ANT_RING_FULL);
        for (antlinux_u32 i = 0; i < GetParam(); ++i) {
            EXPECT_EQ(pop(raddr), ANT_RING_OK);
            EXPECT_EQ(raddr, next_out++);
        }
        EXPECT_EQ(pop(raddr), ANT_RING_EMPTY);
    }
}

TEST_P(RingTest, AnImpossibleHeadIsMadAndReadsNothing) {
    antlinux_u64 raddr = 4711;
    for (const antlinux_u32 head : {tail_ + GetParam() + 1, tail_ - 1, tail_ + 0x80000000}) {
        ring_->head = head;
        EXPECT_EQ(pop(raddr), ANT_RING_MAD);
        EXPECT_EQ(raddr, 4711U);
        EXPECT_EQ(tail_, start);
        EXPECT_EQ(ring_->tail, start);
    }
}

TEST_P(RingTest, AnImpossibleTailIsMadAndWritesNothing) {
    for (const antlinux_u32 tail : {head_ - GetParam() - 1, head_ + 1, head_ + 0x80000000}) {
        ring_->tail = tail;
        EXPECT_EQ(push(1), ANT_RING_MAD);
        EXPECT_EQ(head_, start);
        EXPECT_EQ(ring_->head, start);
    }
}

TEST_P(RingTest, OwnCounterInTheTableIsNotBelieved) {
    antlinux_u64 raddr = 0;
    EXPECT_EQ(push(1), ANT_RING_OK);
    ring_->head = 12345; // the peer scribbles on what is ours
    EXPECT_EQ(head_, start + 1);
    ring_->head = head_;
    ring_->tail = 54321;
    EXPECT_EQ(pop(raddr), ANT_RING_OK);
    EXPECT_EQ(raddr, 1U);
    EXPECT_EQ(ring_->tail, start + 1) << "the true value is published again";
}

TEST_P(RingTest, TwoThreadsLoseAndInventNothing) {
    constexpr antlinux_u64 count = 50000;
    std::thread writer([this] {
        for (antlinux_u64 i = 1; i <= count;)
            if (push(i) == ANT_RING_OK)
                ++i;
            else
                std::this_thread::yield();
    });
    antlinux_u64 wrong = 0;
    for (antlinux_u64 expected = 1; expected <= count;) {
        antlinux_u64 raddr = 0;
        const ant_ring_status status = pop(raddr);
        if (status == ANT_RING_OK)
            wrong += raddr != expected++ ? 1U : 0U;
        else if (status == ANT_RING_EMPTY)
            std::this_thread::yield();
        else
            ++wrong;
    }
    writer.join();
    EXPECT_EQ(wrong, 0U);
}

} // namespace
