// SPDX-License-Identifier: GPL-2.0-only
// The rings and the header of the LCA management table: wrap-around, a mad peer, the handshake.
#include "ant/linux/lca_ring.h"

#include <cstring>
#include <deque>
#include <memory>
#include <thread>

#include "support.h"

namespace ant::test {
namespace {

constexpr std::uint32_t depths[] = {1, 2, 4, 8, 16, 32, 64};

class LcaRing : public testing::TestWithParam<std::uint32_t> {
protected:
    const std::uint32_t depth_ = GetParam();
    std::unique_ptr<antlinux_ring> ring_ = std::make_unique<antlinux_ring>();
};

TEST_P(LcaRing, KeepsOrderAcrossTheWrapOfTheCounters) {
    const std::uint32_t start = 0xffffffff - 2 * depth_;
    ring_->head = ring_->tail = start;
    LcaRingWriter writer{*ring_, depth_, start};
    LcaRingReader reader{*ring_, depth_, start};
    std::deque<std::uint64_t> model;
    std::uint64_t next = 0x100000000;
    std::mt19937 generator{1};
    for (int step = 0; step < 2000; ++step) {
        if (generator() % 2 == 0) {
            const auto put = writer.put(next);
            ASSERT_EQ(put.is_ok(), model.size() < depth_);
            if (put.is_ok())
                model.push_back(next++);
            else
                ASSERT_EQ(put.error(), Errno::eagain);
        } else {
            const auto taken = reader.take().value();
            ASSERT_EQ(taken.has_value(), !model.empty());
            if (taken) {
                ASSERT_EQ(*taken, model.front());
                model.pop_front();
            }
        }
        ASSERT_EQ(ring_->head - ring_->tail, model.size());
    }
    EXPECT_LT(ring_->head, start) << "the counter did not wrap";
}

TEST_P(LcaRing, EntriesLieWhereTheContractSays) {
    LcaRingWriter writer{*ring_, depth_};
    for (std::uint32_t i = 0; i < depth_; ++i)
        ASSERT_TRUE(writer.put(1000 + i).is_ok());
    for (std::uint32_t i = 0; i < ANTLINUX_MAX_DEPTH; ++i)
        EXPECT_EQ(ring_->lca[i], i < depth_ ? 1000 + i : 0);
    EXPECT_EQ(ring_->head, depth_);
    EXPECT_EQ(ring_->tail, 0u);
}

TEST_P(LcaRing, MadWriterIsReportedAndNeverReadBeyondTheMask) {
    LcaRingReader reader{*ring_, depth_};
    for (const std::uint32_t head : {depth_ + 1, 0x80000000u, 0xffffffffu}) {
        ring_->head = head;
        EXPECT_EQ(reader.take().error(), Errno::eproto);
        EXPECT_EQ(ring_->tail, 0u);
    }
    ring_->head = 1; // it comes to its senses
    ring_->lca[0] = 42;
    EXPECT_EQ(reader.take().value(), 42u);
    EXPECT_FALSE(reader.take().value().has_value());
}

TEST_P(LcaRing, MadReaderIsReported) {
    LcaRingWriter writer{*ring_, depth_};
    ASSERT_TRUE(writer.put(1).is_ok());
    for (const std::uint32_t tail : {2u, 0x80000000u, 0u - depth_}) {
        ring_->tail = tail;
        EXPECT_EQ(writer.put(2).error(), Errno::eproto);
        EXPECT_EQ(ring_->head, 1u);
    }
    ring_->tail = 1;
    EXPECT_TRUE(writer.put(2).is_ok());
}

TEST_P(LcaRing, OwnCounterIsNotTakenFromTheTable) {
    LcaRingWriter writer{*ring_, depth_};
    LcaRingReader reader{*ring_, depth_};
    ASSERT_TRUE(writer.put(1).is_ok());
    ring_->tail = 77; // a peer overwrites the reader's counter
    EXPECT_EQ(reader.take().value(), 1u);
    EXPECT_EQ(ring_->tail, 1u);
    ring_->head = 77; // and the writer's
    ASSERT_TRUE(writer.put(2).is_ok());
    EXPECT_EQ(ring_->head, 2u);
    EXPECT_EQ(reader.take().value(), 2u);
}

TEST_P(LcaRing, BetweenThreads) {
    constexpr std::uint64_t count = 20000;
    std::thread other{[&] {
        LcaRingWriter writer{*ring_, depth_};
        for (std::uint64_t i = 1; i <= count;)
            if (writer.put(i).is_ok())
                ++i;
            else
                std::this_thread::yield();
    }};
    LcaRingReader reader{*ring_, depth_};
    std::uint64_t wrong = 0;
    for (std::uint64_t expected = 1; expected <= count;) {
        const auto taken = reader.take();
        if (taken.is_error()) {
            ++wrong;
            break;
        }
        if (taken.value()) {
            wrong += *taken.value() != expected;
            ++expected;
        } else {
            std::this_thread::yield();
        }
    }
    other.join();
    EXPECT_EQ(wrong, 0u);
}

INSTANTIATE_TEST_SUITE_P(Depths, LcaRing, testing::ValuesIn(depths));

class TableTest : public testing::Test {
protected:
    TableTest() { std::memset(table_.get(), 0xee, sizeof *table_); } // an earlier life's remains

    const TableHeader header_{
        16, 0b1110, Vector{0x50}, 7, {PhysicalAddress{0x50000000}, 0x10000000}};
    std::unique_ptr<antlinux_table> table_ = std::make_unique<antlinux_table>();
};

TEST_F(TableTest, PublishesTheHeaderAndEmptiesTheRings) {
    ASSERT_TRUE(publish_table(*table_, header_).is_ok());
    EXPECT_EQ(table_->magic, ANTLINUX_TABLE_MAGIC);
    EXPECT_EQ(table_->version, ANTLINUX_VERSION);
    EXPECT_EQ(table_->depth, 16u);
    EXPECT_EQ(table_->cores, 0b1110u);
    EXPECT_EQ(table_->result_vector, 0x50u);
    EXPECT_EQ(table_->generation, 7u);
    EXPECT_EQ(table_->ica_base, 0x50000000u);
    EXPECT_EQ(table_->ica_size, 0x10000000u);
    EXPECT_EQ(table_->linux_generation, 0u);
    for (const antlinux_core_entry& core : table_->core) {
        for (const antlinux_ring* ring : {&core.request, &core.result}) {
            EXPECT_EQ(ring->head, 0u); // where both sides begin to count
            EXPECT_EQ(ring->tail, 0u);
        }
    }
}

TEST_F(TableTest, RefusesImpossibleHeaders) {
    auto refused = [&](auto change) {
        TableHeader header = header_;
        change(header);
        return publish_table(*table_, header).is_error();
    };
    EXPECT_TRUE(refused([](TableHeader& h) { h.depth = 0; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.depth = 3; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.depth = 128; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.cores = 0; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.cores = 1u << ANTLINUX_MAX_CORES; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.result_vector = Vector{256}; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.generation = 0; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.ica.size = 0; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.ica.size += 1; }));
    EXPECT_TRUE(refused([](TableHeader& h) { h.ica.base += 64; }));
    EXPECT_EQ(table_->magic, 0xeeeeeeeeu); // nothing was published
}

TEST_F(TableTest, Handshake) {
    ASSERT_TRUE(publish_table(*table_, header_).is_ok());
    EXPECT_EQ(handshake_state(*table_, 7).state, Handshake::waiting);
    table_->linux_version = ANTLINUX_VERSION;
    table_->linux_generation = 6; // an answer to the AnT before
    EXPECT_EQ(handshake_state(*table_, 7).state, Handshake::waiting);
    table_->linux_generation = 7;
    EXPECT_EQ(handshake_state(*table_, 7).state, Handshake::done);

    table_->linux_error = -22;
    EXPECT_EQ(handshake_state(*table_, 7).state, Handshake::refused);
    EXPECT_EQ(handshake_state(*table_, 7).error, Errno::einval);
    for (const std::int64_t nonsense :
         {std::int64_t{1}, std::int64_t{-5000}, std::numeric_limits<std::int64_t>::min()}) {
        table_->linux_error = nonsense;
        EXPECT_EQ(handshake_state(*table_, 7).error, Errno::eproto);
    }
    table_->linux_error = 0;
    table_->linux_version = ANTLINUX_VERSION + 1;
    EXPECT_EQ(handshake_state(*table_, 7).state, Handshake::refused);
    EXPECT_EQ(handshake_state(*table_, 7).error, Errno::eproto);
}

} // namespace
} // namespace ant::test
