// SPDX-License-Identifier: GPL-2.0-only
// List of names; see name_list.h.
#include <algorithm>
#include <ant/apps/common/name_list.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

namespace ant {

void NameList::clear() {
    for (char* name : names())
        free(name);
    free(names_);
    names_ = nullptr;
    count_ = room_ = 0;
}

bool NameList::add(std::string_view name) {
    if (count_ == room_) {
        const size_t room = room_ == 0 ? 64 : 2 * room_;
        void* grown = realloc(names_, room * sizeof(char*));
        if (grown == nullptr)
            return false;
        names_ = static_cast<char**>(grown);
        room_ = room;
    }
    auto* copy = static_cast<char*>(malloc(name.size() + 1));
    if (copy == nullptr)
        return false;
    strlcpy(copy, name, name.size() + 1);
    names_[count_++] = copy;
    return true;
}

void NameList::sort() {
    std::sort(names_, names_ + count_,
              [](const char* left, const char* right) { return strcmp(left, right) < 0; });
}

} // namespace ant
