// SPDX-License-Identifier: GPL-2.0-only
// Entries; see entry.h.
#include "entry.h"

#include <algorithm>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

namespace ant {

EntryList::~EntryList() {
    while (first_ != nullptr) {
        Entry* const next = first_->next;
        free(first_);
        first_ = next;
    }
    free(sorted_);
}

bool EntryList::add(std::string_view name, const antlinux_stat& status) {
    auto* const entry = static_cast<Entry*>(malloc(sizeof(Entry) + name.size() + 1));
    if (entry == nullptr)
        return false;
    entry->next = nullptr;
    entry->status = status;
    strlcpy(entry->name, name, name.size() + 1);
    (first_ == nullptr ? first_ : last_->next) = entry;
    last_ = entry;
    count_++;
    return true;
}

Moment time_of(const antlinux_stat& status, char which) {
    switch (which) {
    case 'c':
        return {status.ctime, status.ctime_nsec};
    case 'u':
        return {status.atime, status.atime_nsec};
    default:
        return {status.mtime, status.mtime_nsec};
    }
}

namespace {

/// Below 0: `left` comes first. The newest and the largest do; what is equal is ordered by name.
int compare(const Entry& left, const Entry& right, const Order& order) {
    const Moment one = time_of(left.status, order.time);
    const Moment other = time_of(right.status, order.time);
    if (order.by == Order::By::size && left.status.size != right.status.size)
        return left.status.size > right.status.size ? -1 : 1;
    if (order.by == Order::By::time && one.seconds != other.seconds)
        return one.seconds > other.seconds ? -1 : 1;
    if (order.by == Order::By::time && one.nanoseconds != other.nanoseconds)
        return one.nanoseconds > other.nanoseconds ? -1 : 1;
    return strcmp(left.name, right.name);
}

} // namespace

bool EntryList::sort(const Order& order) {
    sorted_ = static_cast<Entry**>(malloc(count_ * sizeof(Entry*)));
    if (sorted_ == nullptr) {
        count_ = 0;
        return false;
    }
    Entry** place = sorted_;
    for (Entry* entry = first_; entry != nullptr; entry = entry->next)
        *place++ = entry;
    if (order.by != Order::By::nothing)
        std::sort(sorted_, place, [&order](const Entry* left, const Entry* right) {
            const int difference = compare(*left, *right, order);
            return order.reverse ? difference > 0 : difference < 0;
        });
    return true;
}

} // namespace ant
