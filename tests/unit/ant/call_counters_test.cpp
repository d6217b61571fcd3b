// SPDX-License-Identifier: GPL-2.0-only
// Counting finished calls by system call and by how long they took; what the driver counts.
#include "ant/linux/observe.h"

#include <gmock/gmock.h>
#include <memory>
#include <numeric>
#include <span>

#include "linux_driver_fixture.h"
#include "userland/counters/facts.h"

namespace ant::test {
namespace {

std::uint64_t calls_in(const antlinux_call_counters& call) {
    return std::accumulate(std::begin(call.buckets), std::end(call.buckets), std::uint64_t{0});
}

TEST(Buckets, PowersOfTwo) {
    EXPECT_EQ(bucket_of(0), 0u);
    EXPECT_EQ(bucket_of(1), 0u);
    for (std::uint32_t bit = 1; bit < ANTLINUX_BUCKETS; ++bit) {
        EXPECT_EQ(bucket_of(std::uint64_t{1} << bit), bit);
        EXPECT_EQ(bucket_of((std::uint64_t{1} << bit) - 1), bit - 1);
    }
    EXPECT_EQ(bucket_of(std::uint64_t{1} << ANTLINUX_BUCKETS), ANTLINUX_BUCKETS - 1);
    EXPECT_EQ(bucket_of(~std::uint64_t{0}), ANTLINUX_BUCKETS - 1);
}

class CallCountersTest : public testing::Test {
protected:
    CallCountersTest() {
        memory_->calls = 77;
        memory_->call[5].errors = 77;
        counters_.open(*memory_);
    }
    std::unique_ptr<antlinux_core_counters> memory_ = std::make_unique<antlinux_core_counters>();
    CallCounters counters_;
};

TEST_F(CallCountersTest, BeginsAtZeroWithTheFirstAndTheLastEntryTaken) {
    EXPECT_EQ(memory_->calls, 0u);
    EXPECT_EQ(memory_->call[0].syscallno, ANTLINUX_CALL_NULL);
    EXPECT_EQ(memory_->call[ANTLINUX_COUNTED_CALLS - 1].syscallno, ANTLINUX_COUNTED_OTHER);
    for (std::uint32_t i = 1; i < ANTLINUX_COUNTED_CALLS - 1; ++i) {
        EXPECT_EQ(memory_->call[i].syscallno, ANTLINUX_COUNTED_NONE);
        EXPECT_EQ(memory_->call[i].errors, 0u);
    }
}

TEST_F(CallCountersTest, EachCallHasItsEntryInTheOrderOfFirstUse) {
    EXPECT_EQ(counters_.entry_of(2), 1u);
    EXPECT_EQ(counters_.entry_of(0), 2u);
    EXPECT_EQ(counters_.entry_of(2), 1u);
    EXPECT_EQ(counters_.entry_of(ANTLINUX_CALL_NULL), 0u);
    EXPECT_EQ(memory_->call[1].syscallno, 2u);
    EXPECT_EQ(memory_->call[2].syscallno, 0u);
    counters_.count(1, 1024, false);
    counters_.count(1, 1500, true);
    counters_.count(1, 3, true);
    EXPECT_EQ(memory_->call[1].buckets[10], 2u);
    EXPECT_EQ(memory_->call[1].buckets[1], 1u);
    EXPECT_EQ(memory_->call[1].errors, 2u);
    EXPECT_EQ(calls_in(memory_->call[1]), 3u);
}

TEST_F(CallCountersTest, WhoFindsNoEntryIsCountedWithTheOthers) {
    const std::uint8_t others = ANTLINUX_COUNTED_CALLS - 1;
    EXPECT_EQ(counters_.entry_of(512), others);
    EXPECT_EQ(counters_.entry_of(0xffffffff), others);
    for (std::uint32_t number = 0; number < ANTLINUX_COUNTED_CALLS - 2; ++number)
        EXPECT_EQ(counters_.entry_of(number), number + 1);
    EXPECT_EQ(counters_.entry_of(400), others);
    EXPECT_EQ(counters_.entry_of(401), others);
    EXPECT_EQ(counters_.entry_of(3), 4u) << "who has one keeps it";
}

class DriverCountersTest : public LinuxDriverTest {
protected:
    std::string facts() const {
        publish_counters(
            *machine_.counters,
            {.generation = 9, .cores = 0b0010, .tsc_khz = 1'000'000, .ica_size = 65536});
        const auto text = antlinux::facts_of(*machine_.counters, 9);
        return text.is_ok() ? text.value() : "none";
    }
};

TEST_F(DriverCountersTest, FinishedCallsAndTheirErrors) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(call(alice, lca_in(0)).is_ok());
        linux().take_requests(core.value());
        linux().answer(core.value(), 0, i == 1 ? -2 : 0);
        driver().on_result_interrupt(core);
    }
    ASSERT_TRUE(call(alice, lca_in(1)).is_ok()); // not finished
    const antlinux_call_counters& getpid = counters().call[1];
    EXPECT_EQ(getpid.syscallno, 39u);
    EXPECT_EQ(calls_in(getpid), 3u);
    EXPECT_EQ(getpid.errors, 1u);
    EXPECT_EQ(counters().calls, 4u);
    EXPECT_EQ(counters().results, 3u);
    const std::string text = facts();
    EXPECT_THAT(text, testing::HasSubstr("ant.tsc_khz 1000000\n"));
    EXPECT_THAT(text, testing::HasSubstr("ant.core1.calls 4\n"));
    EXPECT_THAT(text, testing::HasSubstr("ant.core1.call.getpid.errors 1\n"));
    EXPECT_THAT(text, testing::HasSubstr("ant.core1.call.getpid.buckets "));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("call.null"))) << "none was made";
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("core2"))) << "not AnT's, by the header";
}

TEST_F(DriverCountersTest, WhatIsNotThereOrNotOursIsRefused) {
    auto& counters = *machine_.counters;
    EXPECT_EQ(antlinux::facts_of(counters, 9).error(), antlinux::Errno{ENODATA});
    EXPECT_NE(facts(), "none");
    EXPECT_EQ(antlinux::facts_of(counters, 10).error(), antlinux::Errno{ENODATA})
        << "left by an OS that ran before";
    counters.version = ANTLINUX_VERSION + 1;
    EXPECT_EQ(antlinux::facts_of(counters, 9).error(), antlinux::Errno{EPROTO});
    clear_counters(counters);
    EXPECT_EQ(antlinux::facts_of(counters, 0).error(), antlinux::Errno{ENODATA});
}

} // namespace
} // namespace ant::test
