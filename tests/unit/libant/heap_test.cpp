// SPDX-License-Identifier: GPL-2.0-only
// The allocator on memory of the test.
#include <algorithm>
#include <ant/lib/heap.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

constexpr size_t arena_bytes = 1 << 20;
alignas(4096) std::array<std::byte, arena_bytes> arena;
size_t arena_used = 0;
std::vector<size_t> requests;

void* take(size_t bytes) {
    requests.push_back(bytes);
    bytes = (bytes + 4095) / 4096 * 4096;
    if (bytes > arena_bytes - arena_used)
        return nullptr;
    void* memory = arena.data() + arena_used;
    arena_used += bytes;
    return memory;
}

class HeapTest : public testing::Test {
protected:
    HeapTest() {
        arena_used = 0;
        requests.clear();
    }
    ant::Heap heap{take, 4096};
};

using HeapDeathTest = HeapTest;

} // namespace

TEST_F(HeapTest, BlocksAreAlignedAndApart) {
    std::vector<std::byte*> blocks;
    for (size_t bytes = 0; bytes < 200; bytes++) {
        auto* block = static_cast<std::byte*>(heap.allocate(bytes));
        ASSERT_NE(block, nullptr);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % ant::Heap::alignment, 0u);
        EXPECT_GE(ant::Heap::usable_size(block), bytes);
        memset(block, static_cast<int>(bytes), bytes);
        blocks.push_back(block);
    }
    for (size_t bytes = 0; bytes < 200; bytes++)
        EXPECT_TRUE(std::all_of(blocks[bytes], blocks[bytes] + bytes,
                                [&](std::byte b) { return b == static_cast<std::byte>(bytes); }));
}

TEST_F(HeapTest, AlignedBlocksAreBlocksAsAllOthers) {
    std::vector<std::byte*> blocks;
    for (size_t at = 1; at <= 16384; at *= 2)
        for (const size_t bytes : {size_t{0}, size_t{1}, size_t{100}, 2 * at}) {
            auto* block = static_cast<std::byte*>(heap.allocate_aligned(at, bytes));
            ASSERT_NE(block, nullptr);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % at, 0u);
            EXPECT_GE(ant::Heap::usable_size(block), bytes);
            memset(block, 0xff, bytes);
            blocks.push_back(block);
        }
    std::shuffle(blocks.begin(), blocks.end(), std::minstd_rand(1));
    for (std::byte* block : blocks)
        heap.free(block);
    EXPECT_EQ(heap.free_bytes(), arena_used);
    EXPECT_EQ(heap.free_blocks(), 1u);
    EXPECT_EQ(heap.allocate_aligned(SIZE_MAX / 2 + 1, 1), nullptr);
    EXPECT_EQ(heap.allocate_aligned(4096, SIZE_MAX), nullptr);
}

TEST_F(HeapTest, NeighboursAreJoinedInAnyOrderOfFreeing) {
    std::array<size_t, 4> order = {0, 1, 2, 3};
    do {
        std::array<void*, 4> blocks{};
        for (void*& block : blocks)
            block = heap.allocate(100);
        for (const size_t i : order)
            heap.free(blocks[i]);
        EXPECT_EQ(heap.free_blocks(), 1u);
        EXPECT_EQ(heap.free_bytes(), 4096u);
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(requests.size(), 1u);
}

TEST_F(HeapTest, GrowsByWhatIsNeeded) {
    ASSERT_NE(heap.allocate(10), nullptr);
    ASSERT_NE(heap.allocate(100'000), nullptr);
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0], 4096u);
    EXPECT_GE(requests[1], 100'000u);
    EXPECT_EQ(requests[1] % 4096, 0u);
}

TEST_F(HeapTest, NewMemoryJoinsTheOldWhenItFollows) {
    void* first = heap.allocate(4000);
    void* second = heap.allocate(4000);
    heap.free(first);
    heap.free(second);
    EXPECT_EQ(heap.free_blocks(), 1u);
    void* both = heap.allocate(8000);
    EXPECT_NE(both, nullptr);
    EXPECT_EQ(requests.size(), 2u);
}

TEST_F(HeapTest, TooMuchIsRefusedAndHarmless) {
    EXPECT_EQ(heap.allocate(2 * arena_bytes), nullptr);
    EXPECT_EQ(heap.allocate(SIZE_MAX), nullptr);
    EXPECT_EQ(heap.allocate(SIZE_MAX / 2 + 1), nullptr);
    EXPECT_NE(heap.allocate(100), nullptr);
    heap.free(nullptr);
}

TEST_F(HeapTest, RandomUseKeepsContentsAndLosesNothing) {
    std::mt19937 random(1);
    struct Piece {
        unsigned char* memory;
        size_t bytes;
        unsigned char value;
    };
    std::vector<Piece> pieces;
    for (int step = 0; step < 20'000; step++) {
        if (pieces.empty() || (pieces.size() < 60 && random() % 2 == 0)) {
            const size_t bytes = random() % 5000;
            auto* memory = static_cast<unsigned char*>(heap.allocate(bytes));
            ASSERT_NE(memory, nullptr);
            const auto value = static_cast<unsigned char>(step);
            memset(memory, value, bytes);
            pieces.push_back({memory, bytes, value});
        } else {
            const size_t i = random() % pieces.size();
            const Piece piece = pieces[i];
            ASSERT_TRUE(std::all_of(piece.memory, piece.memory + piece.bytes,
                                    [&](unsigned char c) { return c == piece.value; }));
            heap.free(piece.memory);
            pieces[i] = pieces.back();
            pieces.pop_back();
        }
    }
    for (const Piece& piece : pieces)
        heap.free(piece.memory);
    EXPECT_EQ(heap.free_blocks(), 1u);
    EXPECT_EQ(heap.free_bytes(), arena_used);
}

TEST_F(HeapDeathTest, ASecondFreeStopsTheProgram) {
    void* memory = heap.allocate(10);
    heap.free(memory);
    EXPECT_DEATH(heap.free(memory), "");
}
