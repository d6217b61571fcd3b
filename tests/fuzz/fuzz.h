// SPDX-License-Identifier: GPL-2.0-only
// What every fuzz target uses. A target takes any bytes; what must hold for all of them it states
// by ASSERT (ant/base/assert.h), whose failure is a finding like a crash.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "ant/base/assert.h"

// One input.
extern "C" int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size);

namespace fuzz {

// An input as a sequence of decisions, taken from its front. Behind its end everything is 0.
class Input {
public:
    Input(const std::byte* data, std::size_t size) : rest_(data, size) {}

    bool is_empty() const { return rest_.empty(); }
    template<typename T> T take() {
        static_assert(std::is_trivially_copyable_v<T>);
        T value{};
        const std::span<const std::byte> bytes = take_bytes(sizeof value);
        // memcpy() must not be told of no bytes.
        if (!bytes.empty())
            std::memcpy(static_cast<void*>(&value), bytes.data(), bytes.size());
        return value;
    }
    // 0 .. limit - 1, of one byte.
    std::uint32_t below(std::uint32_t limit) { return take<std::uint8_t>() % limit; }
    std::span<const std::byte> take_bytes(std::size_t size) {
        const auto bytes = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(bytes.size());
        return bytes;
    }
    std::string_view take_text(std::size_t size) {
        const auto bytes = take_bytes(size);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::string_view rest() { return take_text(rest_.size()); }

private:
    std::span<const std::byte> rest_;
};

// Stores a decision over any aligned word of a structure that the other side can write to.
inline void spoil_word(Input& input, void* structure, std::size_t size) {
    const std::size_t word = input.take<std::uint16_t>() % (size / sizeof(std::uint32_t));
    const auto value = input.take<std::uint32_t>();
    std::memcpy(static_cast<std::byte*>(structure) + word * sizeof value, &value, sizeof value);
}

} // namespace fuzz
