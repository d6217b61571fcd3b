// SPDX-License-Identifier: GPL-2.0-only
// Intrusive lists and the scheduler's ready queue built from them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "kernel/assert.h"

namespace ant {

// Part of an object that can stand in a list: no memory has to be found to put it there, and it
// leaves from the middle in constant time.
template<typename T> struct ListLink {
    T* previous = nullptr;
    T* next = nullptr;
    const void* list = nullptr; // the list it stands in, to catch wrong removals
};

// First in, first out. `Link` names the member to use: an object may have several.
template<typename T, ListLink<T> T::*Link> class IntrusiveList {
public:
    constexpr IntrusiveList() = default;
    ~IntrusiveList() = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    bool is_empty() const { return first_ == nullptr; }
    std::size_t size() const { return size_; }
    T* front() const { return first_; }
    static T* next(const T& item) { return (item.*Link).next; }
    bool contains(const T& item) const { return (item.*Link).list == this; }

    void push_back(T& item) {
        ListLink<T>& link = item.*Link;
        ASSERT(link.list == nullptr);
        link = {last_, nullptr, this};
        (last_ != nullptr ? (last_->*Link).next : first_) = &item;
        last_ = &item;
        ++size_;
    }

    // Before `place`, which stands in this list; at the end when there is none.
    void insert_before(T& item, T* place) {
        if (place == nullptr)
            return push_back(item);
        ListLink<T>& link = item.*Link;
        ListLink<T>& next = place->*Link;
        ASSERT(link.list == nullptr);
        ASSERT(next.list == this);
        link = {next.previous, place, this};
        (next.previous != nullptr ? (next.previous->*Link).next : first_) = &item;
        next.previous = &item;
        ++size_;
    }

    T* pop_front() {
        T* item = first_;
        if (item != nullptr)
            remove(*item);
        return item;
    }

    void remove(T& item) {
        ListLink<T>& link = item.*Link;
        ASSERT(link.list == this);
        (link.previous != nullptr ? (link.previous->*Link).next : first_) = link.next;
        (link.next != nullptr ? (link.next->*Link).previous : last_) = link.previous;
        link = {};
        --size_;
    }

private:
    T* first_ = nullptr;
    T* last_ = nullptr;
    std::size_t size_ = 0;
};

// Round robin within a priority; a lower number runs first.
template<typename T, ListLink<T> T::*Link, unsigned Priorities> class ReadyQueue {
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

    std::array<IntrusiveList<T, Link>, Priorities> lists_{};
    std::uint32_t filled_ = 0; // bit n: list n is not empty
};

} // namespace ant
