// SPDX-License-Identifier: GPL-2.0-only
// The ICA allocator against a model: one owner per page. And what Linux reads of it.
#include "ant/core/ica_allocator.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "support.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t base = 0x50000000;
constexpr ProcessNumber one{1};
constexpr ProcessNumber two{2};

PhysicalAddress page(std::uint32_t number) { return PhysicalAddress{base + number * page_size}; }

// What a proxy of Linux's does to find out who may use a page.
std::uint32_t user_of(const antlinux_areas& shared, std::uint32_t page) {
    return shared.user[shared.area[page]];
}

class IcaAllocatorTest : public testing::Test {
protected:
    IcaAllocatorTest() {
        std::memset(shared_.get(), 0xa5, sizeof *shared_); // an earlier AnT's
        ica_->initialise({PhysicalAddress{base}, 16 * page_size}, *shared_);
    }
    std::vector<std::uint32_t> users() const {
        std::vector<std::uint32_t> all;
        for (std::uint32_t page = 0; page < 4; ++page)
            all.push_back(user_of(*shared_, page));
        return all;
    }

    std::unique_ptr<antlinux_areas> shared_ = std::make_unique<antlinux_areas>();
    std::unique_ptr<IcaAllocator> ica_ = std::make_unique<IcaAllocator>();
};

TEST_F(IcaAllocatorTest, FirstFit) {
    EXPECT_EQ(ica_->allocate(1, one).value(), (PhysicalRange{page(0), page_size}));
    EXPECT_EQ(ica_->allocate(3 * page_size, one).value().base, page(1));
    EXPECT_EQ(ica_->allocate(page_size + 1, two).value(), (PhysicalRange{page(4), 2 * page_size}));
    EXPECT_EQ(ica_->available().value(), 10u);
    EXPECT_TRUE(ica_->free(page(1), one).is_ok());
    EXPECT_EQ(ica_->allocate(4 * page_size, two).value().base, page(6)); // the gap is too small
    EXPECT_EQ(ica_->allocate(2 * page_size, two).value().base, page(1));
    EXPECT_EQ(ica_->allocate(page_size, two).value().base, page(3));
}

TEST_F(IcaAllocatorTest, OutOfMemoryIsAnError) {
    EXPECT_EQ(ica_->allocate(0, one).error(), Errno::einval);
    EXPECT_EQ(ica_->allocate(17 * page_size, one).error(), Errno::enomem);
    EXPECT_EQ(ica_->allocate(0xffffffff, one).error(), Errno::enomem);
    EXPECT_TRUE(ica_->allocate(16 * page_size, one).is_ok());
    EXPECT_EQ(ica_->allocate(1, one).error(), Errno::enomem);
}

TEST_F(IcaAllocatorTest, EnoughButNotContiguous) {
    for (int i = 0; i < 16; ++i)
        ASSERT_TRUE(ica_->allocate(1, i % 2 == 0 ? one : two).is_ok());
    ica_->free_all(one);
    EXPECT_EQ(ica_->available().value(), 8u);
    EXPECT_EQ(ica_->allocate(2 * page_size, one).error(), Errno::enomem);
    EXPECT_EQ(ica_->allocate(page_size, one).value().base, page(0));
}

TEST_F(IcaAllocatorTest, OnlyTheOwnerFreesAWholeArea) {
    ASSERT_TRUE(ica_->allocate(2 * page_size, one).is_ok());
    EXPECT_EQ(ica_->free(page(0), two).error(), Errno::einval);
    EXPECT_EQ(ica_->free(page(1), one).error(), Errno::einval);
    EXPECT_EQ(ica_->free(page(5), one).error(), Errno::einval);
    EXPECT_EQ(ica_->free(PhysicalAddress{0}, one).error(), Errno::einval);
    EXPECT_EQ(ica_->free(page(0), one).value().size, 2 * page_size);
    EXPECT_EQ(ica_->free(page(0), one).error(), Errno::einval);
}

TEST_F(IcaAllocatorTest, Ownership) {
    ASSERT_TRUE(ica_->allocate(2 * page_size, one).is_ok());
    ASSERT_TRUE(ica_->allocate(2 * page_size, one).is_ok());
    EXPECT_TRUE(ica_->owns(one, {page(0), 2 * page_size}));
    EXPECT_TRUE(ica_->owns(one, {page(1) + 64, 128}));
    EXPECT_FALSE(ica_->owns(two, {page(1), 128}));
    EXPECT_FALSE(ica_->owns(one, {page(2) - 64, 128})); // two areas, though neighbours
    EXPECT_FALSE(ica_->owns(one, {page(4), 1}));
    EXPECT_FALSE(ica_->owns(one, {page(0) - 1, 1}));
    EXPECT_TRUE(ica_->transfer(page(2), one, two).is_ok());
    EXPECT_EQ(ica_->transfer(page(2), one, two).error(), Errno::einval);
    EXPECT_TRUE(ica_->owns(two, {page(2), 1}));
    EXPECT_EQ(ica_->area_of(page(0), one).value().size, 2 * page_size);
    EXPECT_EQ(ica_->area_of(page(2), one).error(), Errno::einval);
}

TEST_F(IcaAllocatorTest, WhatIsLentStaysWithItsOwner) {
    ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->lend(page(0), one, two).is_ok());
    EXPECT_EQ(ica_->lend(page(0), one, two).error(), Errno::ebusy);
    EXPECT_EQ(ica_->free(page(0), one).error(), Errno::ebusy);
    EXPECT_EQ(ica_->transfer(page(0), one, two).error(), Errno::ebusy);
    EXPECT_EQ(ica_->area_of(page(0), one).error(), Errno::ebusy);
    // A borrower owns nothing: owner and borrower are swapped on purpose.
    // NOLINTBEGIN(readability-suspicious-call-argument)
    EXPECT_EQ(ica_->lend(page(0), two, one).error(), Errno::einval);
    EXPECT_EQ(ica_->end_loan(page(0), two, one).error(), Errno::einval);
    // NOLINTEND(readability-suspicious-call-argument)
    ASSERT_TRUE(ica_->end_loan(page(0), one, two).is_ok());
    EXPECT_EQ(ica_->end_loan(page(0), one, two).error(), Errno::einval);
    EXPECT_EQ(ica_->area_of(page(0), one).value(), (PhysicalRange{page(0), page_size}));
}

TEST_F(IcaAllocatorTest, LoansOfTheDead) {
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->lend(page(0), one, two).is_ok());
    ASSERT_TRUE(ica_->lend(page(1), one, two).is_ok());

    ica_->free_all(one); // the owner ends: what is lent stays until it is given back
    EXPECT_EQ(ica_->available().value(), 14u);
    EXPECT_EQ(ica_->end_any_loan(one, two), (PhysicalRange{page(0), page_size}));
    EXPECT_EQ(ica_->available().value(), 15u);
    ica_->free_all(two); // or its borrower ends, too
    EXPECT_EQ(ica_->available().value(), 16u);
    EXPECT_EQ(ica_->end_any_loan(one, two), std::nullopt);

    ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->lend(page(0), one, two).is_ok());
    ica_->free_all(two); // the borrower ends: the owner has it back
    EXPECT_EQ(ica_->available().value(), 15u);
    EXPECT_TRUE(ica_->free(page(0), one).is_ok());
}

// ---- What Linux reads

TEST_F(IcaAllocatorTest, LinuxReadsTheUserOfEachPage) {
    EXPECT_THAT(users(), ElementsAre(0, 0, 0, 0));
    ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->allocate(2 * page_size, two).is_ok());
    EXPECT_THAT(users(), ElementsAre(1, 2, 2, 0));
    ASSERT_TRUE(ica_->transfer(page(1), two, one).is_ok());
    EXPECT_THAT(users(), ElementsAre(1, 1, 1, 0));
    ASSERT_TRUE(ica_->free(page(0), one).is_ok());
    EXPECT_THAT(users(), ElementsAre(0, 1, 1, 0));
    EXPECT_EQ(ica_->free(page(1), two).error(), Errno::einval);
    EXPECT_THAT(users(), ElementsAre(0, 1, 1, 0));
    ica_->free_all(one);
    EXPECT_THAT(users(), ElementsAre(0, 0, 0, 0));
}

TEST_F(IcaAllocatorTest, LinuxReadsThatABorrowerMayUseWhatItsOwnerMayNot) {
    ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->allocate(2 * page_size, one).is_ok());
    ASSERT_TRUE(ica_->lend(page(1), one, two).is_ok());
    EXPECT_THAT(users(), ElementsAre(1, 2, 2, 0));
    ASSERT_TRUE(ica_->end_loan(page(1), one, two).is_ok());
    EXPECT_THAT(users(), ElementsAre(1, 1, 1, 0));
    // The lender ends: the borrower may be in a call with it.
    ASSERT_TRUE(ica_->lend(page(1), one, two).is_ok());
    ica_->free_all(one);
    EXPECT_THAT(users(), ElementsAre(0, 2, 2, 0));
    EXPECT_TRUE(ica_->end_any_loan(one, two).has_value());
    EXPECT_THAT(users(), ElementsAre(0, 0, 0, 0));
    // The borrower ends: its lender's again.
    ASSERT_TRUE(ica_->allocate(page_size, one).is_ok());
    ASSERT_TRUE(ica_->lend(page(0), one, two).is_ok());
    ica_->free_all(two);
    EXPECT_THAT(users(), ElementsAre(1, 0, 0, 0));
}

TEST(IcaAllocator, TableFullIsAnError) {
    const auto shared = std::make_unique<antlinux_areas>();
    const auto ica = std::make_unique<IcaAllocator>();
    ica->initialise({PhysicalAddress{base}, 2000 * page_size}, *shared);
    for (std::size_t i = 0; i < IcaAllocator::max_areas; ++i)
        ASSERT_TRUE(ica->allocate(1, one).is_ok());
    EXPECT_EQ(ica->allocate(1, one).error(), Errno::enfile);
    EXPECT_TRUE(ica->free(page(7), one).is_ok());
    EXPECT_EQ(ica->allocate(1, two).value().base, page(7));
    EXPECT_EQ(user_of(*shared, 7), 2u);
    EXPECT_EQ(user_of(*shared, IcaAllocator::max_areas - 1), 1u);
    EXPECT_EQ(user_of(*shared, IcaAllocator::max_areas), 0u);
}

class IcaAllocatorRandom : public Seeded {
protected:
    static constexpr std::uint32_t pages = 64;

    // First fit, the slow way. `pages` when there is no space.
    std::uint32_t expected_place(std::uint32_t wanted) const {
        for (std::uint32_t start = 0; start + wanted <= pages; ++start) {
            std::uint32_t fits = 0;
            while (fits < wanted && owner_[start + fits] == 0)
                ++fits;
            if (fits == wanted)
                return start;
        }
        return pages;
    }

    std::vector<std::uint32_t> owner_ = std::vector<std::uint32_t>(pages);
};

TEST_P(IcaAllocatorRandom, AgreesWithAnOwnerPerPage) {
    const auto shared = std::make_unique<antlinux_areas>();
    const auto ica = std::make_unique<IcaAllocator>();
    ica->initialise({PhysicalAddress{base}, pages * page_size}, *shared);
    for (int step = 0; step < 10000; ++step) {
        const ProcessNumber process{random(1, 4)};
        switch (random(0, 9)) {
        case 0: {
            if (!one_in(10))
                break;
            const auto freed = static_cast<std::uint32_t>(
                std::count(owner_.begin(), owner_.end(), process.value()));
            std::replace(owner_.begin(), owner_.end(), process.value(), 0u);
            const std::uint32_t before = ica->available().value();
            ica->free_all(process);
            ASSERT_EQ(ica->available().value(), before + freed);
            break;
        }
        case 1:
        case 2:
        case 3:
        case 4: { // frees an area of anybody's, by its owner
            if (ica->areas().empty())
                break;
            const IcaArea area =
                ica->areas()[random(0, static_cast<std::uint32_t>(ica->areas().size() - 1))];
            const std::uint32_t first = (area.range.base - PhysicalAddress{base}) / page_size;
            ASSERT_EQ(owner_[first], area.owner.value());
            const bool permitted = area.owner == process;
            ASSERT_EQ(ica->free(area.range.base, process).is_ok(), permitted);
            if (permitted)
                std::fill_n(owner_.begin() + first, area.range.pages().value(), 0u);
            break;
        }
        default: {
            const std::uint32_t wanted = random(1, 12);
            const std::uint32_t place = expected_place(wanted);
            const auto got = ica->allocate(wanted * page_size - random(0, page_size - 1), process);
            ASSERT_EQ(got.is_ok(), place != pages);
            if (got.is_ok()) {
                ASSERT_EQ(got.value(), (PhysicalRange{page(place), wanted * page_size}));
                std::fill_n(owner_.begin() + place, wanted, process.value());
            }
        }
        }
        ASSERT_EQ(ica->available().value(), std::count(owner_.begin(), owner_.end(), 0u));
        const std::uint32_t probe = random(0, pages - 1);
        const auto area = ica->find(page(probe) + random(0, page_size - 1));
        ASSERT_EQ(area ? area->owner.value() : 0, owner_[probe]);
        for (std::uint32_t number = 0; number < pages; ++number)
            ASSERT_EQ(user_of(*shared, number), owner_[number]) << "page " << number;
    }
}

// Whatever is lent, moved, given back and left behind: each page has the user that the kernel's
// own table says, and an area's pages are one piece.
TEST_P(IcaAllocatorRandom, LinuxReadsWhatTheKernelDecidesBy) {
    const auto shared = std::make_unique<antlinux_areas>();
    const auto ica = std::make_unique<IcaAllocator>();
    ica->initialise({PhysicalAddress{base}, pages * page_size}, *shared);
    const auto somebody = [this] { return ProcessNumber{random(1, 4)}; };
    for (int step = 0; step < 5000; ++step) {
        const PhysicalAddress start = page(random(0, pages - 1));
        const auto there = ica->find(start);
        const ProcessNumber owner = there ? there->owner : somebody();
        switch (random(0, 6)) {
        case 0:
            static_cast<void>(ica->free(start, owner));
            break;
        case 1:
            static_cast<void>(ica->lend(start, owner, somebody()));
            break;
        case 2:
            static_cast<void>(ica->end_loan(start, owner, there ? there->borrower : owner));
            break;
        case 3:
            static_cast<void>(ica->transfer(start, owner, somebody()));
            break;
        case 4:
            if (one_in(10))
                ica->free_all(owner);
            break;
        default:
            static_cast<void>(ica->allocate(random(1, 5) * page_size, owner));
        }
        for (std::uint32_t number = 0; number < pages; ++number) {
            const auto area = ica->find(page(number));
            ASSERT_EQ(user_of(*shared, number), area ? area->user().value() : 0);
            const bool goes_on = number > 0 && area && area->range.contains(page(number - 1));
            ASSERT_EQ(number > 0 && shared->area[number] == shared->area[number - 1],
                      goes_on || (number > 0 && !area && !ica->find(page(number - 1))));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, IcaAllocatorRandom, testing::Range(1u, 6u));

} // namespace
} // namespace ant::test
