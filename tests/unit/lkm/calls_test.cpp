// SPDX-License-Identifier: GPL-2.0-only
// The kernel module's pool of calls in progress.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

extern "C" {
#include "lkm/calls.h"
}

namespace {

class CallsTest : public ::testing::Test {
protected:
    CallsTest() : calls_(std::make_unique<ant_calls>()) { ant_calls_init(calls_.get()); }

    static constexpr antlinux_u64 most = sizeof(ant_calls::pool) / sizeof(ant_call);
    static constexpr antlinux_u64 lca(antlinux_u64 i) { return 0x5000'0000 + i * 64; }
    std::unique_ptr<ant_calls> calls_;
    ant_queue queue_{};
};

TEST_F(CallsTest, AreFoundByAddressUntilTheyEnd) {
    ant_call* one = ant_calls_add(calls_.get(), lca(1), 2);
    ASSERT_NE(one, nullptr);
    EXPECT_EQ(one->core, 2U);
    EXPECT_EQ(one->state, ANT_CALL_TAKEN);
    EXPECT_EQ(ant_calls_find(calls_.get(), lca(1)), one);
    EXPECT_EQ(ant_calls_find(calls_.get(), lca(2)), nullptr);
    ant_calls_remove(calls_.get(), one);
    EXPECT_EQ(ant_calls_find(calls_.get(), lca(1)), nullptr);
    EXPECT_EQ(one->state, ANT_CALL_FREE);
}

TEST_F(CallsTest, ThePoolEndsAndComesBack) {
    std::vector<ant_call*> all;
    for (antlinux_u64 i = 0; i < most; ++i) {
        all.push_back(ant_calls_add(calls_.get(), lca(i), 0));
        ASSERT_NE(all.back(), nullptr);
    }
    EXPECT_EQ(calls_->free, nullptr);
    EXPECT_EQ(ant_calls_add(calls_.get(), lca(most), 0), nullptr);
    ant_calls_remove(calls_.get(), all[100]);
    EXPECT_EQ(ant_calls_add(calls_.get(), lca(most), 0), all[100]);
}

TEST_F(CallsTest, QueuesKeepTheOrder) {
    for (antlinux_u64 i = 1; i <= 3; ++i)
        ant_queue_append(&queue_, ant_calls_add(calls_.get(), lca(i), 0), ANT_CALL_QUEUED);
    ant_call* first = ant_queue_take(&queue_, ANT_CALL_TAKEN);
    EXPECT_EQ(first->raddr, lca(1));
    EXPECT_EQ(first->state, ANT_CALL_TAKEN);
    ant_queue_prepend(&queue_, first, ANT_CALL_QUEUED); // not delivered: comes first again
    for (antlinux_u64 i = 1; i <= 3; ++i)
        EXPECT_EQ(ant_queue_take(&queue_, ANT_CALL_TAKEN)->raddr, lca(i));
    EXPECT_EQ(ant_queue_take(&queue_, ANT_CALL_TAKEN), nullptr);
    ant_queue_prepend(&queue_, first, ANT_CALL_QUEUED);
    ant_call* four = ant_calls_add(calls_.get(), lca(4), 0);
    ant_queue_append(&queue_, four, ANT_CALL_QUEUED);
    EXPECT_EQ(ant_queue_take(&queue_, ANT_CALL_TAKEN), first);
    EXPECT_EQ(ant_queue_take(&queue_, ANT_CALL_TAKEN), four);
    EXPECT_EQ(ant_queue_take(&queue_, ANT_CALL_TAKEN), nullptr);
}

// Against a plain map, with addresses that share buckets.
TEST_F(CallsTest, ManyRandomStepsAgreeWithAMap) {
    std::mt19937 random(1);
    std::map<antlinux_u64, ant_call*> model;
    for (int step = 0; step < 100000; ++step) {
        const antlinux_u64 raddr = lca(random() % 2000);
        const auto known = model.find(raddr);
        ant_call* found = ant_calls_find(calls_.get(), raddr);
        ASSERT_EQ(found, known == model.end() ? nullptr : known->second);
        if (found != nullptr) {
            ant_calls_remove(calls_.get(), found);
            model.erase(known);
        } else if (ant_call* added = ant_calls_add(calls_.get(), raddr, 1)) {
            model[raddr] = added;
        } else {
            ASSERT_EQ(model.size(), most);
        }
    }
}

} // namespace
