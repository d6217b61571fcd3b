// SPDX-License-Identifier: GPL-2.0-only
// Recorded calls: AnT's cores write, a program on Linux reads.
#include "ant/linux/trace_ring.h"

#include <gmock/gmock.h>
#include <memory>
#include <thread>
#include <vector>

#include "ant/linux/stamps.h"
#include "linux_driver_fixture.h"
#include "userland/trace/records.h"

namespace ant::test {
namespace {

using antlinux::Errno;
using antlinux::Recorded;
using antlinux::take_records;

antlinux_trace_record numbered(std::uint32_t number) {
    antlinux_trace_record record{};
    record.sequence = number;
    record.entered = std::uint64_t{number} << 32 | number;
    return record;
}

class TraceRingTest : public testing::Test {
protected:
    TraceRingTest() {
        trace_->head = 99;
        trace_->record[0].ready = 1;
        start_trace(*trace_, 1'000'000);
    }
    Recorded taken() {
        auto result = take_records(*trace_);
        EXPECT_TRUE(result.is_ok());
        return result.value();
    }
    std::unique_ptr<antlinux_trace> trace_ = std::make_unique<antlinux_trace>();
};

TEST_F(TraceRingTest, BeginsEmptyAndOff) {
    EXPECT_EQ(recording(*trace_), 0u);
    EXPECT_EQ(taken().records.size(), 0u);
}

TEST_F(TraceRingTest, RecordsComeOutInOrderOnce) {
    for (std::uint32_t i = 0; i < 3; ++i)
        put_record(*trace_, numbered(i));
    const Recorded recorded = taken();
    ASSERT_EQ(recorded.records.size(), 3u);
    for (std::uint32_t i = 0; i < 3; ++i)
        EXPECT_EQ(recorded.records[i].sequence, i);
    EXPECT_EQ(recorded.lost, 0u);
    EXPECT_EQ(taken().records.size(), 0u);
}

TEST_F(TraceRingTest, AFullRingLosesTheNewOnesAndSaysHowMany) {
    for (std::uint32_t i = 0; i < ANTLINUX_TRACE_RECORDS + 7; ++i)
        put_record(*trace_, numbered(i));
    Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), ANTLINUX_TRACE_RECORDS);
    EXPECT_EQ(recorded.records.back().sequence, ANTLINUX_TRACE_RECORDS - 1);
    EXPECT_EQ(recorded.lost, 7u);
    put_record(*trace_, numbered(5)); // there is room again
    recorded = taken();
    ASSERT_EQ(recorded.records.size(), 1u);
    EXPECT_EQ(recorded.records[0].sequence, 5u);
}

TEST_F(TraceRingTest, CountersWrapAround) {
    trace_->head = trace_->tail = 0xfffffffe;
    for (std::uint32_t i = 0; i < 5; ++i)
        put_record(*trace_, numbered(i));
    EXPECT_EQ(trace_->head, 3u);
    const Recorded recorded = taken();
    ASSERT_EQ(recorded.records.size(), 5u);
    EXPECT_EQ(recorded.records[4].sequence, 4u);
}

TEST_F(TraceRingTest, ARecordWhoseWriterStoppedIsLost) {
    put_record(*trace_, numbered(0));
    ++trace_->head; // took its place and never filled it
    put_record(*trace_, numbered(2));
    const Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), 2u);
    EXPECT_EQ(recorded.lost, 1u);
}

TEST_F(TraceRingTest, AMadReaderHarmsNobody) {
    trace_->tail = 5; // ahead of head
    put_record(*trace_, numbered(0));
    EXPECT_EQ(trace_->lost, 1u);
    EXPECT_EQ(take_records(*trace_).error(), Errno{EPROTO});
}

TEST_F(TraceRingTest, WhatIsNoRingIsRefused) {
    trace_->capacity = 2 * ANTLINUX_TRACE_RECORDS;
    EXPECT_EQ(take_records(*trace_).error(), Errno{EPROTO});
    trace_->magic = 0;
    EXPECT_EQ(take_records(*trace_).error(), Errno{ENODATA});
}

TEST_F(TraceRingTest, CoresWriteAtOnceAndNothingIsTorn) {
    constexpr std::uint32_t each = 1500; // 4 cores: more than there is room for
    std::vector<std::thread> cores;
    for (std::uint32_t core = 0; core < 4; ++core)
        cores.emplace_back([&, core] {
            for (std::uint32_t i = 0; i < each; ++i)
                put_record(*trace_, numbered(core * each + i));
        });
    for (std::thread& core : cores)
        core.join();
    const Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), ANTLINUX_TRACE_RECORDS);
    EXPECT_EQ(recorded.records.size() + recorded.lost, 4u * each);
    for (const antlinux_trace_record& record : recorded.records)
        EXPECT_EQ(record.entered, std::uint64_t{record.sequence} << 32 | record.sequence);
}

TEST(TraceLine, NamesAndValues) {
    antlinux_trace_record record = numbered(3);
    record.returned = 7;
    record.retval = -2;
    record.syscallno = 2;
    record.args[0] = 0x50000080;
    record.core = 1;
    record.proxy = 45;
    record.stamps[ANTLINUX_STAMP_RESULT] = 17;
    const char name[] = "two words\n";
    std::copy(std::begin(name), std::end(name), record.name);
    EXPECT_EQ(antlinux::line_of(record),
              "entered=12884901891 returned=7 core=1 process=0 lca=0 sequence=3 call=open"
              " args=1342177408,0,0,0,0,0 retval=-2 cflag=0 proxy=45 stamps=0,0,0,0,0,0,0,0,17,0,0"
              " name=two words?");
    record.syscallno = 12345;
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" call=12345 "));
}

// The stamps of a call that somebody traces, though its process did not ask.
class TracedCallTest : public LinuxDriverTest {
protected:
    Result<void> traced(PhysicalAddress lca) const {
        kernel().prepare(lca, 39, ANTLINUX_CFLAG_CONTINUE);
        return driver().submit(core, alice, lca, Traced::yes);
    }
};

TEST_F(TracedCallTest, StampsAreThereForThisCallOnly) {
    antlinux_lca& lca = kernel().lca_at(lca_in(0));
    lca.stamps[ANTLINUX_STAMP_PREPARED] = 123;
    lca.stamps[ANTLINUX_STAMP_PARENT] = 55; // an earlier call's
    lca.proxy = 7;
    ASSERT_TRUE(traced(lca_in(0)).is_ok());
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 123u) << "where libant began";
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_PREPARED], 123u);
    EXPECT_NE(lca.stamps[ANTLINUX_STAMP_REQUEST], 0u);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_PARENT], 0u);
    EXPECT_EQ(lca.proxy, 0u);
    serve();
    EXPECT_NE(lca.stamps[ANTLINUX_STAMP_RESULT], 0u);
    unwant_stamps(lca);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 0u);
}

TEST_F(TracedCallTest, WithoutLibantTheCallIsTheBegin) {
    antlinux_lca& lca = kernel().lca_at(lca_in(0));
    ASSERT_TRUE(traced(lca_in(0)).is_ok());
    EXPECT_NE(lca.stamps[ANTLINUX_STAMP_CALL], 0u);
    unwant_stamps(lca);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 0u);
}

TEST_F(TracedCallTest, WhoAskedKeepsItsOwn) {
    antlinux_lca& lca = kernel().lca_at(lca_in(0));
    lca.stamps[ANTLINUX_STAMP_CALL] = 100;
    lca.stamps[ANTLINUX_STAMP_PREPARED] = 123;
    ASSERT_TRUE(traced(lca_in(0)).is_ok());
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 100u);
    unwant_stamps(lca);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 100u);
}

TEST_F(TracedCallTest, ARefusedCallLeavesTheMemoryAlone) {
    antlinux_lca& lca = kernel().lca_at(lca_in(8)); // bob's
    EXPECT_EQ(driver().submit(core, alice, lca_in(8), Traced::yes).error(), ant::Errno::efault);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_CALL], 0u);
    EXPECT_EQ(lca.stamps[ANTLINUX_STAMP_PREPARED], 0u);
}

} // namespace
} // namespace ant::test
