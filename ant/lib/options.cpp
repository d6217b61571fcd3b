// SPDX-License-Identifier: GPL-2.0-only
// getopt; see options.h.
#include <ant/lib/options.h>
#include <string_view>

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
    const bool last = position_ == word.size();
    const std::string_view known = known_;
    const size_t place = letter_ == ':' ? std::string_view::npos : known.find(letter_);
    const bool wants_value =
        place != std::string_view::npos && place + 1 < known.size() && known[place + 1] == ':';
    if (last || wants_value) {
        index_++;
        value_ = words_[index_ - 1] + position_;
        position_ = 0;
    }
    if (place == std::string_view::npos)
        return unknown;
    if (wants_value && last) {
        if (index_ >= words_.size())
            return missing;
        value_ = words_[index_++];
    }
    return letter_;
}

} // namespace ant
