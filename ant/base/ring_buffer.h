// SPDX-License-Identifier: GPL-2.0-only
// A bounded queue of values for one core, e.g. the characters typed on a console.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ant {

template<typename T, std::uint32_t Capacity> class RingBuffer {
    static_assert(std::has_single_bit(Capacity), "so that the counters may wrap at 2^32");

public:
    // False when it is full: nothing was stored.
    [[nodiscard]] constexpr bool push(const T& value) {
        if (is_full())
            return false;
        items_[head_++ % Capacity] = value;
        return true;
    }
    constexpr std::optional<T> pop() {
        if (is_empty())
            return std::nullopt;
        return items_[tail_++ % Capacity];
    }
    constexpr void clear() { tail_ = head_; }

    constexpr std::uint32_t size() const { return head_ - tail_; }
    constexpr std::uint32_t space() const { return Capacity - size(); }
    constexpr bool is_empty() const { return head_ == tail_; }
    constexpr bool is_full() const { return size() == Capacity; }

private:
    std::uint32_t head_ = 0; // both only count up
    std::uint32_t tail_ = 0;
    std::array<T, Capacity> items_{};
};

} // namespace ant
