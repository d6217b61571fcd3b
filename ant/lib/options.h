// SPDX-License-Identifier: GPL-2.0-only
// Command line options as POSIX's getopt has them.
#ifndef ANT_LIB_OPTIONS_H
#define ANT_LIB_OPTIONS_H

#include <cstddef>
#include <span>

namespace ant {

/// Walks over the leading "-x", "-xyz" and "-x VALUE" words of a command line. It
/// stops at the first other word, behind "--", and at a lone "-".
class Options {
public:
    /// `known`: the option letters; one with a value is followed by ':' ("n:v").
    Options(int argc, char** argv, const char* known)
        : words_(argv, static_cast<size_t>(argc)), known_(known) {}

    static constexpr int end = -1;
    static constexpr int unknown = '?'; ///< not in `known`: letter() tells which
    static constexpr int missing = ':'; ///< a value is missing: letter() tells for which

    /// The next option letter, or `end`, `unknown`, `missing`.
    [[nodiscard]] int next();

    /// The value of the option that next() returned.
    [[nodiscard]] const char* value() const { return value_; }
    /// The letter that next() saw last.
    [[nodiscard]] char letter() const { return letter_; }
    /// After `end`: the words that are no options.
    [[nodiscard]] std::span<char*> rest() const {
        return index_ < words_.size() ? words_.subspan(index_) : std::span<char*>();
    }

    /// For a program that has no options: its words, none after a word that looks like one. (So
    /// "--" and a lone "-" are understood everywhere.)
    [[nodiscard]] static std::span<char*> only_words(int argc, char** argv) {
        Options options(argc, argv, "");
        return options.next() == end ? options.rest() : std::span<char*>();
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

} // namespace ant

#endif
