// SPDX-License-Identifier: GPL-2.0-only
// What `ls` lists: names, and what stat() says of them when that is wanted.
#ifndef ANT_APPS_LS_ENTRY_H
#define ANT_APPS_LS_ENTRY_H

#include <ant/lib/linux_files.h>
#include <span>
#include <string_view>

namespace ant {

struct Entry {
    Entry* next;
    antlinux_stat status; // zero when nobody wants it
    char name[];
};

/// How entries are ordered.
struct Order {
    enum class By : uint8_t { name, size, time, nothing };
    By by = By::name;
    char time = 'm'; ///< which of the three: 'm'odified, 'c'hanged, 'u'sed
    bool reverse = false;
};

class EntryList {
public:
    EntryList() = default;
    ~EntryList();
    EntryList(const EntryList&) = delete;
    EntryList& operator=(const EntryList&) = delete;

    /// False: no memory, and last_error is set.
    [[nodiscard]] bool add(std::string_view name, const antlinux_stat& status);
    /// After the last add(): makes entries(), in order. False: no memory.
    [[nodiscard]] bool sort(const Order& order);
    [[nodiscard]] std::span<Entry* const> entries() const { return {sorted_, count_}; }

private:
    Entry* first_ = nullptr;
    Entry* last_ = nullptr;
    Entry** sorted_ = nullptr;
    size_t count_ = 0;
};

struct Moment {
    int64_t seconds;
    uint32_t nanoseconds;
};
/// One of the three times.
[[nodiscard]] Moment time_of(const antlinux_stat& status, char which);

} // namespace ant

#endif
