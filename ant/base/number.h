// SPDX-License-Identifier: GPL-2.0-only
// Types for numbers, so that the compiler keeps them apart.
//
// The NOLINT: clang-tidy 14 takes the 0 inside a defaulted operator<=> for a null pointer.
#pragma once

#include <compare>
#include <cstdint>

namespace ant {

// A number of one kind: CoreNumber{2} is neither a Vector nor an int.
template<typename Tag> class Number {
public:
    constexpr Number() = default;
    constexpr explicit Number(std::uint32_t value) : value_(value) {}
    constexpr std::uint32_t value() const { return value_; }
    friend constexpr auto operator<=>(Number, Number) = default; // NOLINT(modernize-use-nullptr)

private:
    std::uint32_t value_ = 0;
};

using CoreNumber = Number<struct CoreNumberTag>; // = local APIC id
using Vector = Number<struct VectorTag>;         // of an interrupt, 0..255
using ProcessNumber =
    Number<struct ProcessNumberTag>; // 0: none; the kernel where an owner is meant

} // namespace ant
