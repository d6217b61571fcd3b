// SPDX-License-Identifier: GPL-2.0-only
// Command line options as POSIX's getopt has them.
#ifndef ANT_LIB_OPTIONS_H
#define ANT_LIB_OPTIONS_H

#include <cstddef>
#include <span>
#include <string_view>

namespace ant {

/// Walks over the "-x", "-xyz" and "-x VALUE" words of a command line. It stops at the first other
/// word, behind "--", and at a lone "-".
class Options {
public:
    /// `known`: words with a blank between two. A word is the letters of options without a value
    /// ("alR"), or a letter, ':' and a name of its value ("n:LINES").
    Options(int argc, char** argv, const char* known)
        : words_(argv, static_cast<size_t>(argc)), known_(known) {}

    static constexpr int end = -1;
    static constexpr int unknown = '?'; ///< not in `known`: letter() tells which
    static constexpr int missing = ':'; ///< a value is missing: letter() tells for which

    /// The next option letter, or `end`, `unknown`, `missing`.
    [[nodiscard]] int next();

    /// The value of the option that next() returned; nullptr: it has none.
    [[nodiscard]] const char* value() const { return value_; }
    /// The letter that next() saw last.
    [[nodiscard]] char letter() const { return letter_; }
    /// After `end`: the words that are no options.
    [[nodiscard]] std::span<char*> rest() const {
        return index_ < words_.size() ? words_.subspan(index_) : std::span<char*>();
    }
    /// After `end`: the word that stopped it is no option, but there may be options behind it.
    /// False: there are none, since "--" or the end of the line did.
    [[nodiscard]] bool skip_word() {
        const bool skipped = !ended_ && index_ < words_.size();
        index_ += skipped ? 1 : 0;
        return skipped;
    }

private:
    std::span<char*> words_;
    const char* known_;
    size_t index_ = 1;    // word; 0 is the program's name
    size_t position_ = 0; // letter in a word of several, 0: at its start
    bool ended_ = false;  // by "--"
    const char* value_ = nullptr;
    char letter_ = '\0';
};

/// Calls function(letters, name of the value) for each word of `known`; without a value the name
/// begins nowhere (data() is nullptr).
template<typename Function> void for_each_option(std::string_view known, Function function) {
    while (!known.empty()) {
        const std::string_view word = known.substr(0, known.find(' '));
        if (word.size() > 1 && word[1] == ':')
            function(word.substr(0, 1), word.substr(2));
        else
            function(word, std::string_view());
        known.remove_prefix(word.size() < known.size() ? word.size() + 1 : word.size());
    }
}

} // namespace ant

#endif
