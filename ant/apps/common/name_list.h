// SPDX-License-Identifier: GPL-2.0-only
// A growing list of names that can be sorted.
#ifndef ANT_APPS_COMMON_NAME_LIST_H
#define ANT_APPS_COMMON_NAME_LIST_H

#include <cstddef>
#include <span>
#include <string_view>

namespace ant {

class NameList {
public:
    NameList() = default;
    ~NameList() { clear(); }
    NameList(const NameList&) = delete;
    NameList& operator=(const NameList&) = delete;

    /// Stores a copy. False: no memory, last_error is set.
    [[nodiscard]] bool add(std::string_view name);
    /// An empty list, without memory.
    void clear();
    /// Sorts by byte values, as ls does in the C locale.
    void sort();
    [[nodiscard]] std::span<char* const> names() const { return {names_, count_}; }

private:
    char** names_ = nullptr;
    size_t count_ = 0;
    size_t room_ = 0;
};

} // namespace ant

#endif
