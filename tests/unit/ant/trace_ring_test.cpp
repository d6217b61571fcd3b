// SPDX-License-Identifier: GPL-2.0-only
// Recorded calls: AnT's cores write, a program on Linux reads.
#include "ant/linux/observe.h"

#include <gmock/gmock.h>
#include <memory>
#include <thread>
#include <vector>

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
    record.called = std::uint64_t{number} << 32 | number;
    return record;
}

class TraceRingTest : public testing::Test {
protected:
    TraceRingTest() {
        trace_->head = 99;
        trace_->record[0].ready = 1;
        start_trace(*trace_, 1'000'000);
    }
    void put(std::uint32_t number) {
        put_record(*trace_, [=](antlinux_trace_record& record) { record = numbered(number); });
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
        put(i);
    const Recorded recorded = taken();
    ASSERT_EQ(recorded.records.size(), 3u);
    for (std::uint32_t i = 0; i < 3; ++i)
        EXPECT_EQ(recorded.records[i].sequence, i);
    EXPECT_EQ(recorded.lost, 0u);
    EXPECT_EQ(taken().records.size(), 0u);
}

TEST_F(TraceRingTest, AFullRingLosesTheNewOnesAndSaysHowMany) {
    for (std::uint32_t i = 0; i < ANTLINUX_TRACE_RECORDS + 7; ++i)
        put(i);
    Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), ANTLINUX_TRACE_RECORDS);
    EXPECT_EQ(recorded.records.back().sequence, ANTLINUX_TRACE_RECORDS - 1);
    EXPECT_EQ(recorded.lost, 7u);
    put(5); // there is space again
    recorded = taken();
    ASSERT_EQ(recorded.records.size(), 1u);
    EXPECT_EQ(recorded.records[0].sequence, 5u);
}

TEST_F(TraceRingTest, CountersWrapAround) {
    trace_->head = trace_->tail = 0xfffffffe;
    for (std::uint32_t i = 0; i < 5; ++i)
        put(i);
    EXPECT_EQ(trace_->head, 3u);
    const Recorded recorded = taken();
    ASSERT_EQ(recorded.records.size(), 5u);
    EXPECT_EQ(recorded.records[4].sequence, 4u);
}

TEST_F(TraceRingTest, ARecordWhoseWriterStoppedIsLost) {
    put(0);
    ++trace_->head; // took its place and never filled it
    put(2);
    const Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), 2u);
    EXPECT_EQ(recorded.lost, 1u);
}

TEST_F(TraceRingTest, AMadReaderHarmsNobody) {
    trace_->tail = 5; // ahead of head
    put(0);
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
    constexpr std::uint32_t each = 1500; // 4 cores: more than there is space for
    std::vector<std::thread> cores;
    for (std::uint32_t core = 0; core < 4; ++core)
        cores.emplace_back([&, core] {
            for (std::uint32_t i = 0; i < each; ++i)
                put(core * each + i);
        });
    for (std::thread& core : cores)
        core.join();
    const Recorded recorded = taken();
    EXPECT_EQ(recorded.records.size(), ANTLINUX_TRACE_RECORDS);
    EXPECT_EQ(recorded.records.size() + recorded.lost, 4u * each);
    for (const antlinux_trace_record& record : recorded.records)
        EXPECT_EQ(record.called, std::uint64_t{record.sequence} << 32 | record.sequence);
}

TEST(TraceLine, NamesAndValues) {
    antlinux_trace_record record = numbered(3);
    record.returned = 7;
    record.retval = -2;
    record.syscallno = 2;
    record.args[0] = 0x50000080;
    record.core = 1;
    record.stamps.proxy = 45;
    record.stamps.stamp[ANTLINUX_STOP_RESULT] = 17;
    record.lca = 0x50000000;
    record.text_bytes = 7;
    const char name[] = "two words\n";
    std::copy(std::begin(name), std::end(name), record.name);
    const char path[] = "/a b,\\";
    std::copy(std::begin(path), std::end(path), record.text);
    EXPECT_EQ(antlinux::line_of(record),
              "called=12884901891 returned=7 core=1 process=0 lca=1342177280 sequence=3 call=open"
              " args=1342177408,0,0,0,0,0 retval=-2 cflag=0 proxy=45 stamps=0,0,0,0,0,0,0,0,0,17"
              " texts=0:/a\\040b\\054\\134 name=two words?");
    record.syscallno = 12345;
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" call=12345 "));
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" texts= "));
}

TEST(TraceLine, PathsAreTextAsFarAsTheyWereKept) {
    antlinux_trace_record record{};
    record.syscallno = 82; // rename
    record.lca = 0x50000f00;
    record.args[0] = 0x50000f80;
    record.args[1] = 0x50000f83;
    std::ranges::copy(std::string_view("/f\0/to", 6), record.text);
    record.text_bytes = 8;
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" texts=0:/f,1:/to "));
    record.text_bytes = 5;
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" texts=0:/f,1:/t\\. "));
    record.text_bytes = 3;
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" texts=0:/f "));
    record.args[0] = 0x50000f7f; // in the LCA
    EXPECT_THAT(antlinux::line_of(record), testing::HasSubstr(" texts= "));
    record.args[0] = 0x50000f80;
    record.text_bytes = 0xffffffff; // nothing is believed
    std::ranges::fill(record.text, 'x');
    EXPECT_THAT(antlinux::line_of(record),
                testing::HasSubstr(" texts=0:" + std::string(ANTLINUX_TRACE_TEXT, 'x') + "\\.,1:"));
}

// The stamps of a call that is recorded, whatever its process asked for.
class RecordedCallTest : public LinuxDriverTest {
protected:
    Result<void> recorded(PhysicalAddress address) const {
        kernel().prepare(address, 39, ANTLINUX_CFLAG_CONTINUE);
        return driver().submit(core, alice, address, 0, Traced::yes);
    }
    antlinux_lca& lca = kernel().lca_at(lca_in(0));
    antlinux_stamps& stamps = *antlinux_stamps_of(&lca);
};

TEST_F(RecordedCallTest, StampsAreThereForThisCallOnly) {
    stamps.stamp[ANTLINUX_STOP_PARENT] = 55; // an earlier call's
    stamps.proxy = 7;
    ASSERT_TRUE(recorded(lca_in(0)).is_ok());
    for (std::uint32_t stop = 0; stop < ANTLINUX_STOP_RETURN; ++stop)
        EXPECT_TRUE(antlinux_is_wanted(stamps.wanted, antlinux_stop(stop)));
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_REQUEST], 0u);
    EXPECT_EQ(stamps.stamp[ANTLINUX_STOP_PARENT], 0u);
    EXPECT_EQ(stamps.proxy, 0u);
    serve();
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_RESULT], 0u);
    end_recorded_call(lca);
    EXPECT_EQ(stamps.wanted, 0u);
}

TEST_F(RecordedCallTest, WhoAskedKeepsItsOwn) {
    stamps.wanted = ANTLINUX_WANTED(ANTLINUX_STOP_RESULT);
    ASSERT_TRUE(recorded(lca_in(0)).is_ok());
    EXPECT_NE(stamps.stamp[ANTLINUX_STOP_REQUEST], 0u);
    end_recorded_call(lca);
    EXPECT_EQ(stamps.wanted, ANTLINUX_WANTED(ANTLINUX_STOP_RESULT));
}

TEST_F(RecordedCallTest, ARefusedCallLeavesTheMemoryAlone) {
    antlinux_lca& of_bob = kernel().lca_at(lca_in(8));
    EXPECT_EQ(driver().submit(core, alice, lca_in(8), 0, Traced::yes).error(), ant::Errno::efault);
    EXPECT_EQ(antlinux_stamps_of(&of_bob)->wanted, 0u);
}

} // namespace
} // namespace ant::test
