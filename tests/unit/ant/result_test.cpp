// SPDX-License-Identifier: GPL-2.0-only
// Result, TRY and ASSERT.
#include <memory>

#include "ant/base/result.h"
#include "support.h"

namespace ant::test {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0)
        return Errno::einval;
    return number / 2;
}

Result<int> quarter(int number) {
    const int once = TRY(half(number));
    return half(once);
}

Result<void> check_even(int number) {
    TRY(half(number));
    return {};
}

TEST(Result, CarriesTheValueOrTheError) {
    EXPECT_TRUE(half(4).is_ok());
    EXPECT_EQ(half(4).value(), 2);
    EXPECT_TRUE(half(3).is_error());
    EXPECT_EQ(half(3).error(), Errno::einval);
    EXPECT_EQ(half(3).value_or(7), 7);
    EXPECT_EQ(half(8).value_or(7), 4);
}

TEST(Result, TryReturnsTheFirstError) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error(), Errno::einval);
    EXPECT_EQ(quarter(5).error(), Errno::einval);
    EXPECT_TRUE(check_even(2).is_ok());
    EXPECT_EQ(check_even(1).error(), Errno::einval);
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
    auto make = [](bool good) -> Result<std::unique_ptr<int>> {
        if (!good)
            return Errno::enomem;
        return std::make_unique<int>(5);
    };
    EXPECT_EQ(*make(true).value(), 5);
    EXPECT_EQ(make(false).error(), Errno::enomem);
}

TEST(Result, WrongAccessPanics) {
    EXPECT_PANIC((void)half(3).value(), "assertion failed: is_ok()");
    EXPECT_PANIC((void)half(4).error(), "assertion failed: is_error()");
    EXPECT_PANIC(check_even(1).value(), "assertion failed");
}

TEST(Result, SystemCallResultIsMinusLinuxErrno) {
    EXPECT_EQ(system_call_result(Errno::enoent), -2);
    EXPECT_EQ(system_call_result(Errno::etimedout), -110);
}

enum class Colour { red = 3, blue = 4 };

TEST(Assert, PrintsBothOperands) {
    const unsigned five = 5;
    EXPECT_PANIC(ASSERT(five == 6), "five == 6 (left is 5 = 0x5, right is 6 = 0x6)");
    const Colour colour = Colour::red;
    EXPECT_PANIC(ASSERT(colour == Colour::blue), "(left is 3 = 0x3, right is 4 = 0x4)");
    const char* const nothing = nullptr;
    EXPECT_PANIC(ASSERT(nothing != nullptr), "(left is 0 = 0x0, right is 0 = 0x0)");
    const bool flag = false;
    EXPECT_PANIC(ASSERT(flag), "result_test.cpp");
    EXPECT_PANIC(ASSERT(flag), "assertion failed: flag");
}

TEST(Assert, ComparesByValueWhateverTheSign) {
    const int minus_one = -1;
    const unsigned largest = 0xffffffff;
    EXPECT_NO_THROW(ASSERT(minus_one != largest));
    EXPECT_NO_THROW(ASSERT(minus_one < largest));
    EXPECT_PANIC(ASSERT(minus_one == largest), "left is -1");
}

TEST(Assert, EvaluatesOnce) {
    int evaluated = 0;
    ASSERT(++evaluated == 1);
    EXPECT_EQ(evaluated, 1);
}

} // namespace
} // namespace ant::test
