// SPDX-License-Identifier: GPL-2.0-only
// Checks of addresses that AnT passes.
#include <gtest/gtest.h>

#include <array>
#include <climits>

#include "tests/unit/userland/fake_ica.h"

namespace antlinux::test {
namespace {

constexpr antlinux_u64 base = FakeIca::base;
constexpr antlinux_u64 size = FakeIca::size;

class IcaTest : public ::testing::Test {
protected:
    int error_of(antlinux_u64 address, antlinux_u64 length) {
        const auto range = ica_.ica().range(PhysicalAddress{address}, length);
        return range.is_ok() ? 0 : number(range.error());
    }
    int path_error(antlinux_u64 address) {
        const auto path = ica_.ica().path(PhysicalAddress{address}, copy_);
        return path.is_ok() ? 0 : number(path.error());
    }
    // Of a path or of a range that needs these pages.
    int error_of_pages(std::size_t first, std::size_t count) {
        std::memset(ica_.at(first * page), 'x', count * page - 1);
        *ica_.at((first + count) * page - 1) = std::byte{0};
        const int error = error_of(base + first * page, count * page);
        if (count * page <= copy_.size()) {
            EXPECT_EQ(path_error(base + first * page), error);
        }
        return error;
    }

    static constexpr std::size_t page = ANTLINUX_PAGE_SIZE;
    std::array<char, 3 * page> copy_{};

    FakeIca ica_;
};

TEST_F(IcaTest, RangeTranslatesPhysicalAddresses) {
    const auto range = ica_.ica().range(PhysicalAddress{base + 0x123}, 10);
    ASSERT_TRUE(range.is_ok());
    EXPECT_EQ(range.value(), ica_.at(0x123));
}

TEST_F(IcaTest, RangeEndsWhereTheIcaEnds) {
    EXPECT_EQ(error_of(base, size), 0);
    EXPECT_EQ(error_of(base, size + 1), EFAULT);
    EXPECT_EQ(error_of(base + size - 1, 1), 0);
    EXPECT_EQ(error_of(base + size - 1, 2), EFAULT);
    EXPECT_EQ(error_of(base + size, 1), EFAULT);
    EXPECT_EQ(error_of(base - 1, 1), EFAULT);
    EXPECT_EQ(error_of(base - 1, 2), EFAULT);
    EXPECT_EQ(error_of(0, 1), EFAULT);
}

TEST_F(IcaTest, SumsThatOverflowAreNotInside) {
    EXPECT_EQ(error_of(base + 16, UINT64_MAX), EFAULT);
    EXPECT_EQ(error_of(base + 16, UINT64_MAX - base), EFAULT);
    EXPECT_EQ(error_of(UINT64_MAX, 1), EFAULT);
    EXPECT_EQ(error_of(UINT64_MAX, 2), EFAULT);
    EXPECT_EQ(error_of(UINT64_MAX - 4, base + 100), EFAULT);
}

TEST_F(IcaTest, NoBytesMayLieAnywhere) {
    EXPECT_EQ(error_of(0, 0), 0);
    EXPECT_EQ(error_of(UINT64_MAX, 0), 0);
}

TEST_F(IcaTest, PathMustEndInside) {
    const antlinux_u64 good = ica_.put(100, "/etc/passwd");
    const auto path = ica_.ica().path(PhysicalAddress{good}, copy_);
    ASSERT_TRUE(path.is_ok());
    EXPECT_EQ(path.value().data(), copy_.data()) << "AnT can change the original";
    EXPECT_STREQ(copy_.data(), "/etc/passwd");
    EXPECT_EQ(path.value().size(), sizeof("/etc/passwd"));

    std::memset(ica_.at(size - 10), 'x', 10);
    EXPECT_EQ(path_error(base + size - 10), EFAULT);
    EXPECT_EQ(path_error(base + size), EFAULT);
    EXPECT_EQ(path_error(0), EFAULT);
    *ica_.at(size - 1) = std::byte{0};
    EXPECT_EQ(path_error(base + size - 10), 0);
    EXPECT_EQ(path_error(base + size - 1), 0); // the empty path: Linux will say ENOENT
}

TEST_F(IcaTest, PathMustFitIntoTheCopy) {
    std::memset(ica_.at(0), 'x', size);
    EXPECT_EQ(path_error(base + 5), ENAMETOOLONG);
    *ica_.at(5 + copy_.size()) = std::byte{0};
    EXPECT_EQ(path_error(base + 5), ENAMETOOLONG);
    *ica_.at(5 + copy_.size() - 1) = std::byte{0};
    EXPECT_EQ(path_error(base + 5), 0);
    EXPECT_EQ(std::string_view(copy_.data()), std::string(copy_.size() - 1, 'x'));
}

// ---- Whose areas

TEST_F(IcaTest, OnlyTheCallersAreasAreThere) {
    ica_.give(2, 4, 2, FakeIca::caller + 1); // another process's
    ica_.give(3, 6, 2, FakeIca::caller);
    ica_.take(8, 1); // nobody's
    ica_.give(4, 9, 3, FakeIca::caller);
    EXPECT_EQ(error_of_pages(0, 4), 0);
    EXPECT_EQ(error_of_pages(4, 1), EFAULT);
    EXPECT_EQ(error_of_pages(5, 1), EFAULT);
    EXPECT_EQ(error_of_pages(6, 2), 0);
    EXPECT_EQ(error_of_pages(8, 1), EFAULT);
    EXPECT_EQ(error_of_pages(9, 3), 0);
    // With one byte more at either end.
    EXPECT_EQ(error_of(base + 3 * page, page + 1), EFAULT);
    EXPECT_EQ(error_of(base + 6 * page - 1, 2), EFAULT);
    EXPECT_EQ(error_of(base + 7 * page, page + 1), EFAULT);
    EXPECT_EQ(error_of(base + 9 * page - 1, 2), EFAULT);
}

TEST_F(IcaTest, BothEndsBeingTheCallersIsNotEnough) {
    ica_.give(2, 6, 1, FakeIca::caller + 1);
    ica_.give(3, 7, FakeIca::pages - 7, FakeIca::caller);
    EXPECT_EQ(error_of_pages(5, 3), EFAULT);
    EXPECT_EQ(error_of_pages(0, FakeIca::pages), EFAULT);
}

TEST_F(IcaTest, NeighboursOfOneCallerAreOneRange) {
    ica_.give(2, 4, 2, FakeIca::caller);
    ica_.give(3, 6, 1, FakeIca::caller);
    EXPECT_EQ(error_of_pages(3, 2), 0);
    EXPECT_EQ(error_of_pages(3, 3), 0);
    EXPECT_EQ(error_of_pages(0, FakeIca::pages), 0);
}

TEST_F(IcaTest, AnAreaChangesHandsWithItsUser) {
    ica_.give(2, 4, 2, FakeIca::caller);
    EXPECT_EQ(error_of_pages(4, 2), 0);
    ica_.give(2, 4, 2, FakeIca::caller + 1); // lent, or given away
    EXPECT_EQ(error_of_pages(4, 2), EFAULT);
    ica_.give(2, 4, 2, FakeIca::caller);
    EXPECT_EQ(error_of_pages(4, 2), 0);
}

TEST_F(IcaTest, WhoeverMayUseTheLcaIsTheCaller) {
    ica_.give(2, 4, 2, FakeIca::caller + 1);
    const Ica other = ica_.ica(5);
    EXPECT_TRUE(other.range(PhysicalAddress{base + 4 * page}, 2 * page).is_ok());
    EXPECT_FALSE(other.range(PhysicalAddress{base}, 1).is_ok());
    ica_.take(4, 2);
    EXPECT_FALSE(other.range(PhysicalAddress{base + 4 * page}, 1).is_ok())
        << "nobody may use nobody's";
}

TEST_F(IcaTest, ATableThatMakesNoSenseIsReadInsideItself) {
    ica_.fill_areas(0xff);
    EXPECT_EQ(error_of(base, size), 0) << "everything is process 0xffffffff's";
}

} // namespace
} // namespace antlinux::test
