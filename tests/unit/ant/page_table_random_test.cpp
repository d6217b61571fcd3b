// SPDX-License-Identifier: GPL-2.0-only
// Page tables under random operations and a shortage of frames, against a map of single pages.
#include <map>

#include "fake_memory.h"

namespace ant::test {
namespace {

struct Page {
    std::uint32_t frame = 0;
    bool writable = false;
    bool user = false;
    bool large = false; // still part of a large page
};

class PageTableRandom : public Seeded {
protected:
    static constexpr std::uint32_t large_pages = 8; // at 0x40000000; small pages at 0x00400000
    static constexpr std::uint32_t small_pages = 1500;

    // Every page that may be mapped says what the model says.
    void compare(const Table& table) {
        for (std::uint32_t i = 0; i < small_pages; ++i)
            compare_page(table, 0x00400000 + i * page_size);
        for (std::uint32_t i = 0; i < large_pages * 512; ++i)
            compare_page(table, 0x40000000 + i * page_size);
    }
    void compare_page(const Table& table, std::uint32_t address) {
        const auto found = table.translate(VirtualAddress{address});
        const auto page = model_.find(address);
        ASSERT_EQ(found.is_ok(), page != model_.end());
        if (page == model_.end())
            return;
        ASSERT_EQ(found.value().address.value(), page->second.frame);
        ASSERT_EQ(has(found.value().flags, PageFlags::writable), page->second.writable);
        ASSERT_EQ(has(found.value().flags, PageFlags::user), page->second.user);
    }
    bool all_mapped(VirtualRange range) const {
        for (std::uint32_t offset = 0; offset < range.size; offset += page_size)
            if (!model_.contains(range.base.value() + offset))
                return false;
        return true;
    }

    std::map<std::uint32_t, Page> model_;
};

TEST_P(PageTableRandom, AgreesWithTheModel) {
    FakeMemory memory;
    Table table{memory, memory.new_top()};
    for (std::uint32_t i = 0; i < large_pages; ++i) {
        const std::uint32_t base = 0x40000000 + i * large_page_size;
        ASSERT_TRUE(
            table.map_large_page(VirtualAddress{base}, PhysicalAddress{base}, PageFlags::writable)
                .is_ok());
        for (std::uint32_t offset = 0; offset < large_page_size; offset += page_size)
            model_[base + offset] = {base + offset, true, false, true};
    }
    std::uint32_t next_frame = 0x50000000;
    for (int step = 0; step < 3000; ++step) {
        memory.limit(one_in(4) ? 0 : 100);
        const VirtualAddress small{0x00400000 + random(0, small_pages - 1) * page_size};
        if (one_in(2)) {
            const bool writable = one_in(2);
            const PageFlags flags = PageFlags::user | PageFlags::owned |
                                    (writable ? PageFlags::writable : PageFlags::none);
            const auto mapped = table.map_page(small, PhysicalAddress{next_frame}, flags);
            ASSERT_TRUE(mapped.is_ok() || mapped.error() == Errno::enomem ||
                        model_.contains(small.value()));
            if (mapped.is_ok()) {
                ASSERT_FALSE(model_.contains(small.value()));
                memory.own(next_frame);
                model_[small.value()] = {next_frame, writable, true, false};
                next_frame += page_size;
            }
        } else if (one_in(2)) {
            const auto gone = table.unmap_page(small);
            ASSERT_EQ(gone.is_ok(), model_.contains(small.value()));
            if (gone.is_ok()) {
                ASSERT_EQ(gone.value().frame().value(), model_[small.value()].frame);
                memory.free_frame(gone.value().frame());
                model_.erase(small.value());
            }
        } else {
            // In the region, or among the small pages where there are holes.
            const bool in_region = one_in(2);
            const VirtualAddress start =
                in_region ? VirtualAddress{0x40000000 + random(0, 511 * large_pages) * page_size}
                          : small;
            const VirtualRange range{start, random(1, in_region ? 1500 : 3) * page_size};
            const bool user = one_in(2);
            const auto changed = table.split_large_pages(range);
            if (changed.is_ok()) {
                ASSERT_TRUE(all_mapped(range));
                ASSERT_TRUE(table.is_split(range));
                table.flip_user(range, user);
                for (std::uint32_t offset = 0; offset < range.size; offset += page_size)
                    model_[start.value() + offset].user = user;
            } else {
                ASSERT_EQ(changed.error(), all_mapped(range) ? Errno::enomem : Errno::enoent);
            }
            ASSERT_EQ(table.allows_user(range, false), [&] {
                for (std::uint32_t offset = 0; offset < range.size; offset += page_size)
                    if (!model_.contains(start.value() + offset) ||
                        !model_[start.value() + offset].user)
                        return false;
                return true;
            }());
        }
        if (step % 100 == 0)
            compare(table);
        memory.take_steps();
    }
    compare(table);
    EXPECT_TRUE(table.tear_down());
    EXPECT_TRUE(memory.owned().empty());
    EXPECT_EQ(memory.frames().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PageTableRandom, testing::Range(1u, 4u));

} // namespace
} // namespace ant::test
