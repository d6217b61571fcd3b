// SPDX-License-Identifier: GPL-2.0-only
// What Linux may know of the ICA's areas: who may use each page (<antlinux/areas.h>).
#pragma once

#include <algorithm>
#include <antlinux/areas.h>
#include <antlinux/ring.h>
#include <array>
#include <cstdint>
#include <cstring>

#include "ant/base/address.h"
#include "ant/base/assert.h"
#include "ant/base/number.h"

namespace ant {

// Pages of the ICA, counted from its start.
struct IcaPages {
    std::uint32_t first = 0;
    PageCount count{};
};

// Written with the ICA's table locked. The kernel decides nothing by it and never reads it.
class AreaTable {
public:
    // An area keeps its number, by which its pages and its user find each other. 0 is no area.
    using Number = antlinux_u16;
    static constexpr std::size_t capacity = ANTLINUX_AREAS - 1;
    static constexpr std::uint32_t max_pages = ANTLINUX_ICA_PAGES;

    constexpr AreaTable() = default;

    // An empty table, in place of what an earlier AnT left there.
    void open(antlinux_areas& shared) {
        shared_ = &shared;
        std::memset(&shared, 0, sizeof shared);
        for (std::size_t i = 0; i < capacity; ++i)
            free_[i] = static_cast<Number>(capacity - i);
        free_count_ = capacity;
    }

    // A new area. There must be one left.
    Number add(IcaPages pages, ProcessNumber user) {
        ASSERT(free_count_ > 0);
        const Number number = free_[--free_count_];
        set_pages(pages, number);
        set_user(number, user);
        return number;
    }
    // From now on another process may use it, and nobody else.
    void set_user(Number number, ProcessNumber user) {
        antlinux_store_release(&shared_->user[number], user.value());
    }
    void remove(Number number, IcaPages pages) {
        set_user(number, ProcessNumber{});
        set_pages(pages, 0);
        free_[free_count_++] = number;
    }

private:
    void set_pages(IcaPages pages, Number number) {
        ASSERT(pages.first + pages.count.value() <= max_pages);
        std::fill_n(shared_->area + pages.first, pages.count.value(), number);
    }

    antlinux_areas* shared_ = nullptr;
    std::size_t free_count_ = 0;
    std::array<Number, capacity> free_{};
};

} // namespace ant
