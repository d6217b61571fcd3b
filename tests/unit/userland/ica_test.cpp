// SPDX-License-Identifier: GPL-2.0-only
// Checks of addresses that AnT passes.
#include <gtest/gtest.h>

#include <climits>

#include "tests/unit/userland/fake_ica.h"

namespace antlinux::test {
namespace {

class IcaTest : public ::testing::Test {
protected:
    int error_of(antlinux_u64 address, antlinux_u64 length) {
        const auto range = ica_.ica().range(PhysicalAddress{address}, length);
        return range.is_ok() ? 0 : number(range.error());
    }
    int path_error(antlinux_u64 address) {
        const auto path = ica_.ica().path(PhysicalAddress{address});
        return path.is_ok() ? 0 : number(path.error());
    }

    FakeIca ica_;
};

constexpr antlinux_u64 base = FakeIca::base;
constexpr antlinux_u64 size = FakeIca::size;

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
    const auto path = ica_.ica().path(PhysicalAddress{good});
    ASSERT_TRUE(path.is_ok());
    EXPECT_STREQ(path.value(), "/etc/passwd");

    std::memset(ica_.at(size - 10), 'x', 10);
    EXPECT_EQ(path_error(base + size - 10), EFAULT);
    EXPECT_EQ(path_error(base + size), EFAULT);
    EXPECT_EQ(path_error(0), EFAULT);
    *ica_.at(size - 1) = std::byte{0};
    EXPECT_EQ(path_error(base + size - 10), 0);
    EXPECT_EQ(path_error(base + size - 1), 0); // the empty path: Linux will say ENOENT
}

TEST_F(IcaTest, PathHasLinuxsLimit) {
    std::memset(ica_.at(0), 'x', size);
    EXPECT_EQ(path_error(base), ENAMETOOLONG);
    *ica_.at(PATH_MAX) = std::byte{0};
    EXPECT_EQ(path_error(base), ENAMETOOLONG);
    *ica_.at(PATH_MAX - 1) = std::byte{0};
    EXPECT_EQ(path_error(base), 0);
}

} // namespace
} // namespace antlinux::test
