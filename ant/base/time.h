// SPDX-License-Identifier: GPL-2.0-only
// A length of time.
#pragma once

#include <compare>
#include <cstdint>

namespace ant {

struct Nanoseconds {
    std::uint64_t count = 0;
    // clang-tidy takes the generated comparison with 0 for one with a null pointer.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    friend constexpr auto operator<=>(Nanoseconds, Nanoseconds) = default;
    friend constexpr Nanoseconds operator+(Nanoseconds a, Nanoseconds b) {
        return {a.count + b.count};
    }
    friend constexpr Nanoseconds operator-(Nanoseconds a, Nanoseconds b) {
        return {a.count - b.count};
    }
};
constexpr Nanoseconds microseconds(std::uint64_t count) { return {count * 1000}; }
constexpr Nanoseconds milliseconds(std::uint64_t count) { return {count * 1'000'000}; }

} // namespace ant
