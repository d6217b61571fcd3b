// SPDX-License-Identifier: GPL-2.0-only
// The header of the LCA management table and the handshake.
#include "ant/linux/table.h"

#include <cstring>
#include <memory>

#include "support.h"

namespace ant::test {
namespace {

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
