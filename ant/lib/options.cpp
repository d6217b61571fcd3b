// SPDX-License-Identifier: GPL-2.0-only
// getopt; see options.h.
#include <ant/lib/options.h>

namespace ant {

int Options::next() {
    if (ended_ || index_ >= words_.size())
        return end;
    const std::string_view word = words_[index_];
    if (position_ == 0) {
        if (word.size() < 2 || word[0] != '-')
            return end;
        if (word == "--") {
            index_++;
            ended_ = true; // whatever comes, it is no option
            return end;
        }
        position_ = 1;
    }
    letter_ = word[position_++];
    value_ = nullptr;
    bool is_known = false;
    bool wants_value = false;
    for_each_option(known_, [&](std::string_view letters, std::string_view value) {
        if (letters.find(letter_) == std::string_view::npos)
            return;
        is_known = true;
        wants_value = value.data() != nullptr;
    });
    const bool last = position_ == word.size();
    if (last || wants_value) {
        index_++;
        value_ = wants_value ? word.data() + position_ : nullptr;
        position_ = 0;
    }
    if (!is_known)
        return unknown;
    if (wants_value && last) {
        if (index_ >= words_.size())
            return missing;
        value_ = words_[index_++];
    }
    return letter_;
}

} // namespace ant
