// SPDX-License-Identifier: GPL-2.0-only
// Intrusive lists.
#pragma once

#include <cstddef>

#include "ant/base/assert.h"

namespace ant {

// Part of an object that can stand in a list: no memory has to be found to put it there, and it
// leaves from the middle in constant time.
template<typename T> struct ListLink {
    T* previous = nullptr;
    T* next = nullptr;
    const void* list = nullptr; // the list it stands in, to catch wrong removals
};

// First in, first out. `Link` names the member to use, since an object may have several: the
// members that lead to it when it is in a part of the object.
template<typename T, auto... Link> class IntrusiveList {
public:
    constexpr IntrusiveList() = default;
    ~IntrusiveList() = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;

    bool is_empty() const { return first_ == nullptr; }
    std::size_t size() const { return size_; }
    T* front() const { return first_; }
    static T* next(const T& item) { return link_of(item).next; }
    bool contains(const T& item) const { return link_of(item).list == this; }

    void push_back(T& item) {
        ListLink<T>& link = link_of(item);
        ASSERT(link.list == nullptr);
        link = {last_, nullptr, this};
        (last_ != nullptr ? link_of(*last_).next : first_) = &item;
        last_ = &item;
        ++size_;
    }

    // Before `place`, which stands in this list; at the end when there is none.
    void insert_before(T& item, T* place) {
        if (place == nullptr)
            return push_back(item);
        ListLink<T>& link = link_of(item);
        ListLink<T>& next = link_of(*place);
        ASSERT(link.list == nullptr);
        ASSERT(next.list == this);
        link = {next.previous, place, this};
        (next.previous != nullptr ? link_of(*next.previous).next : first_) = &item;
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
        ListLink<T>& link = link_of(item);
        ASSERT(link.list == this);
        (link.previous != nullptr ? link_of(*link.previous).next : first_) = link.next;
        (link.next != nullptr ? link_of(*link.next).previous : last_) = link.previous;
        link = {};
        --size_;
    }

private:
    static auto& link_of(auto& item) { return (item.*....*Link); }

    T* first_ = nullptr;
    T* last_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace ant
