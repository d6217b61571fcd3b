// SPDX-License-Identifier: GPL-2.0-only
// AnT's command line: words `name=value`, separated by blanks, with typed values.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ant/arch/x86/pci_id.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// What is wrong, in terms of what the user wrote: "cores=1,x: not a number".
struct CommandLineError {
    std::string_view word; // the whole word, or the name of one that is missing
    const char* reason = nullptr;
};

template<typename T> using Parsed = Result<T, CommandLineError>;

// In the order given: the first core is the m-kernel's.
class CoreList {
public:
    static constexpr std::uint32_t capacity = 32;

    constexpr std::span<const CoreNumber> cores() const { return {cores_.data(), size_}; }
    constexpr std::uint32_t size() const { return size_; }
    constexpr CoreNumber first() const {
        ASSERT(size_ > 0);
        return cores_[0];
    }
    constexpr bool contains(CoreNumber core) const {
        return core.value() < capacity && (mask_ >> core.value() & 1) != 0;
    }
    constexpr std::uint32_t mask() const { return mask_; } // bit n: core n
    constexpr void add(CoreNumber core) {
        ASSERT(core.value() < capacity);
        ASSERT(!contains(core));
        cores_[size_++] = core;
        mask_ |= 1u << core.value();
    }

private:
    std::array<CoreNumber, capacity> cores_{};
    std::uint32_t size_ = 0;
    std::uint32_t mask_ = 0;
};

class CommandLine {
public:
    constexpr CommandLine() = default;
    // The text must outlive this object and everything that comes out of it.
    constexpr explicit CommandLine(std::string_view text) : text_(text) {}

    // The value of `name=value`; the last one counts. A bare `name` has an empty value.
    std::optional<std::string_view> value(std::string_view name) const;
    bool has(std::string_view name) const { return value(name).has_value(); }

    // Decimal or 0x..., optionally with K, M or G (1024 based). Missing: an error.
    Parsed<std::uint64_t> number(std::string_view name) const;
    // A number that must lie in [low, high].
    Parsed<std::uint32_t> number_between(std::string_view name, std::uint32_t low,
                                         std::uint32_t high) const;

    // "1,2,3", "1-3", "2,4-6"; no core twice, none above `highest`.
    Parsed<CoreList> cores(std::string_view name, CoreNumber highest) const;

    // "1234:11e8,8086:10d3"; missing: an empty list.
    Parsed<PciIdList> pci_ids(std::string_view name) const;

    // The first word whose name is not one of these: a misspelt parameter is worth a warning.
    std::optional<std::string_view> unknown_word(std::span<const std::string_view> names) const;

private:
    std::string_view word(std::string_view name) const;

    std::string_view text_;
};

} // namespace ant
