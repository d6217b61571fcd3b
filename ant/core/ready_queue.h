// SPDX-License-Identifier: GPL-2.0-only
// The scheduler's ready queue.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "ant/base/assert.h"
#include "ant/base/list.h"

namespace ant {

// Round robin within a priority; a lower number runs first.
template<typename T, unsigned Priorities, auto... Link> class ReadyQueue {
    static_assert(Priorities >= 1 && Priorities <= 32);

public:
    void insert(T& item, unsigned priority) {
        ASSERT(priority < Priorities);
        lists_[priority].push_back(item);
        filled_ |= 1u << priority;
    }

    // The next to run, taken out; nullptr when there is none.
    T* take() {
        if (filled_ == 0)
            return nullptr;
        const auto priority = static_cast<unsigned>(std::countr_zero(filled_));
        T* item = lists_[priority].pop_front();
        clear_if_empty(priority);
        return item;
    }

    // The priority that it was inserted with.
    void remove(T& item, unsigned priority) {
        ASSERT(priority < Priorities);
        lists_[priority].remove(item);
        clear_if_empty(priority);
    }

    bool is_empty() const { return filled_ == 0; }
    // Is somebody ready who is at least as urgent?
    bool has_ready(unsigned priority) const {
        return filled_ != 0 && static_cast<unsigned>(std::countr_zero(filled_)) <= priority;
    }

private:
    void clear_if_empty(unsigned priority) {
        if (lists_[priority].is_empty())
            filled_ &= ~(1u << priority);
    }

    std::array<IntrusiveList<T, Link...>, Priorities> lists_{};
    std::uint32_t filled_ = 0; // bit n: list n is not empty
};

} // namespace ant
