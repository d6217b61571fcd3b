// SPDX-License-Identifier: GPL-2.0-only
// What the unit tests of AnT share: a panic that a test can expect, random numbers with a seed.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <string>

// gtest has no macro of this name; the kernel's ASSERT is wanted here, too.
#include "ant/base/assert.h"

namespace ant::test {

// In the tests a panic is this exception, with its message.
struct Panic : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Every random test runs with several fixed seeds, so that a failure can be repeated.
class Seeded : public testing::TestWithParam<unsigned> {
protected:
    std::uint32_t random(std::uint32_t low, std::uint32_t high) {
        return std::uniform_int_distribution<std::uint32_t>{low, high}(generator_);
    }
    bool one_in(std::uint32_t n) { return random(1, n) == 1; }

private:
    std::mt19937 generator_{GetParam()};
};

#define EXPECT_PANIC(statement, text)                                                              \
    EXPECT_THAT([&] { statement; },                                                                \
                testing::ThrowsMessage<::ant::test::Panic>(testing::HasSubstr(text)))

} // namespace ant::test
