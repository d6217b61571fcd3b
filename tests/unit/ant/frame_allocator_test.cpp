// SPDX-License-Identifier: GPL-2.0-only
// The frame allocator against a model: a set of free frames.
#include "ant/mkernel/frame_allocator.h"

#include <set>
#include <vector>

#include "support.h"

namespace ant::test {
namespace {

constexpr std::uint32_t base = 0x42000000;
constexpr PhysicalRange range{PhysicalAddress{base},
                              100 * page_size}; // not a multiple of 32 frames

class FrameAllocatorTest : public testing::Test {
protected:
    FrameAllocatorTest() { frames_.initialise(range, bitmap_); }

    std::vector<std::uint32_t> bitmap_ =
        std::vector<std::uint32_t>(FrameAllocator::words_for(range), 0xffffffff);
    FrameAllocator frames_;
};

TEST_F(FrameAllocatorTest, NothingIsFreeUntilAdded) {
    EXPECT_EQ(frames_.allocate().error(), Errno::enomem);
    EXPECT_EQ(frames_.available().value(), 0u);
    frames_.add({PhysicalAddress{base + 5 * page_size}, 2 * page_size});
    EXPECT_EQ(frames_.total().value(), 2u);
    EXPECT_EQ(frames_.allocate().value(), PhysicalAddress{base + 5 * page_size});
    EXPECT_EQ(frames_.allocate().value(), PhysicalAddress{base + 6 * page_size});
    EXPECT_EQ(frames_.allocate().error(), Errno::enomem);
    EXPECT_EQ(frames_.total().value(), 2u);
}

TEST_F(FrameAllocatorTest, DetectsDoubleFree) {
    frames_.add(range);
    const PhysicalAddress frame = frames_.allocate().value();
    frames_.free(frame);
    EXPECT_PANIC(frames_.free(frame), "page frame 0x42000000 was freed twice");
    EXPECT_PANIC(frames_.add(range), "freed twice");
}

TEST_F(FrameAllocatorTest, RefusesWhatIsNoFrame) {
    frames_.add(range);
    EXPECT_PANIC(frames_.free(PhysicalAddress{base - page_size}), "is not a page frame");
    EXPECT_PANIC(frames_.free(PhysicalAddress{base + 100 * page_size}), "is not a page frame");
    EXPECT_PANIC(frames_.free(PhysicalAddress{base + 1}), "is not a page frame");
    EXPECT_PANIC(frames_.add({PhysicalAddress{base}, 101 * page_size}), "assertion failed");
}

TEST_F(FrameAllocatorTest, RefusesABitmapThatIsTooSmall) {
    FrameAllocator other;
    EXPECT_PANIC(other.initialise(range, std::span{bitmap_}.first(3)), "assertion failed");
}

class FrameAllocatorRandom : public Seeded {};

TEST_P(FrameAllocatorRandom, AgreesWithASet) {
    std::vector<std::uint32_t> bitmap(FrameAllocator::words_for(range));
    FrameAllocator frames;
    frames.initialise(range, bitmap);
    frames.add(range);
    std::set<std::uint32_t> free;
    for (std::uint32_t i = 0; i < 100; ++i)
        free.insert(base + i * page_size);
    std::vector<std::uint32_t> held;

    for (int step = 0; step < 20000; ++step) {
        // Phases that fill and phases that empty, so that both borders are reached.
        const bool fill = step / 500 % 2 == 0;
        if (random(0, 9) < (fill ? 7u : 3u)) {
            const auto frame = frames.allocate();
            ASSERT_EQ(frame.is_ok(), !free.empty());
            if (frame.is_ok()) {
                ASSERT_EQ(frame.value().value(), *free.begin()); // the lowest
                free.erase(free.begin());
                held.push_back(frame.value().value());
            }
        } else if (!held.empty()) {
            const std::size_t victim = random(0, static_cast<std::uint32_t>(held.size() - 1));
            frames.free(PhysicalAddress{held[victim]});
            free.insert(held[victim]);
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(victim));
        }
        ASSERT_EQ(frames.available().value(), free.size());
        const PhysicalAddress probe{base + random(0, 99) * page_size};
        ASSERT_EQ(frames.is_free(probe), free.contains(probe.value()));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FrameAllocatorRandom, testing::Range(1u, 4u));

} // namespace
} // namespace ant::test
