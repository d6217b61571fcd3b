// SPDX-License-Identifier: GPL-2.0-only
// Completion; see completion.h. Words, quotes and operators are those of lexer.h.
#include "completion.h"

#include <algorithm>
#include <ant/apps/common/columns.h>
#include <ant/base/utf8.h>
#include <ant/lib/string.h>

namespace ant {

namespace {

size_t common_length(std::string_view left, std::string_view right) {
    size_t length = 0;
    while (length < left.size() && length < right.size() && left[length] == right[length])
        length++;
    // Not half a character.
    while (length > 0 && length < left.size() && is_continuation(left[length]))
        length--;
    return length;
}

bool is_operator(char c) { return c == ';' || c == '&' || c == '|'; }

/// A backslash makes it an ordinary character.
bool is_special(char c, char quote) {
    const std::string_view specials = quote == '\'' ? "" : quote == '"' ? "\\\"$" : " \\\"'$;&|#";
    return specials.find(c) != std::string_view::npos;
}

} // namespace

/// What the word behind a complete word is.
Completion::Place Completion::after(Place place, std::string_view word) {
    switch (place) {
    case Place::command:
        return word == "time" || word == "trace" ? Place::command
               : word == "on"                    ? Place::core
                                                 : Place::argument;
    case Place::core:
        return Place::command;
    default:
        return place;
    }
}

Completion::Word Completion::parse(std::string_view line) {
    Word word;
    bool in_word = false;
    const auto take = [&](char c) {
        in_word = true;
        word.fits = word.length + 1 < word_bytes;
        if (word.fits)
            word_[word.length++] = c;
    };
    const auto end_word = [&] {
        if (in_word)
            word.place = after(word.place, {word_, word.length});
        in_word = false;
        word.length = 0;
        word.fits = true;
    };
    for (size_t i = 0; i < line.size(); i++) {
        const char c = line[i];
        const bool escapes = c == '\\' && word.quote != '\'' && i + 1 < line.size() &&
                             (word.quote == '\0' || is_special(line[i + 1], word.quote));
        if (escapes) {
            take(line[++i]);
        } else if (word.quote != '\0') {
            if (c == word.quote)
                word.quote = '\0';
            else
                take(c);
        } else if (c == '\'' || c == '"') {
            word.quote = c;
            in_word = true;
        } else if (c == ' ' || c == '\t') {
            end_word();
        } else if (is_operator(c)) {
            end_word();
            word.place = Place::command;
        } else if (c == '#' && !in_word) {
            word.place = Place::comment;
            break;
        } else {
            take(c);
        }
    }
    word_[word.length] = '\0';
    return word;
}

void Completion::put(char c) {
    if (insertion_length_ < insertion_bytes)
        insertion_[insertion_length_++] = c;
}

void Completion::put_quoted(std::string_view text, char quote) {
    for (const char c : text) {
        if (is_special(c, quote))
            put('\\');
        put(c);
    }
}

namespace {

/// Those of the source's names that begin as the word does.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class Wanted final : public Sink {
public:
    Wanted(NameList& names, std::string_view prefix) : names_(names), prefix_(prefix) {}

    void write(std::string_view name) override {
        // A command of the shell's may be a program, too.
        if (std::ranges::find(names_.names(), name) != names_.names().end())
            return;
        // Names that begin with a dot are shown when one is typed; "." and ".." never.
        const bool wanted = name.starts_with(prefix_) && name != "./" && name != "../" &&
                            (!name.starts_with('.') || prefix_.starts_with('.'));
        all_fit = all_fit && (!wanted || names_.add(name));
    }

    bool all_fit = true;

private:
    NameList& names_;
    std::string_view prefix_;
};

} // namespace

std::string_view Completion::complete(std::string_view line) {
    names_.clear();
    insertion_length_ = 0;
    const Word word = parse(line);
    if (!word.fits || word.place == Place::core || word.place == Place::comment)
        return {};
    const std::string_view text = {word_, word.length};
    const size_t slash = text.rfind('/');
    const bool is_path = word.place == Place::argument || slash != std::string_view::npos;
    const size_t start = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view prefix = text.substr(start);
    Wanted found(names_, prefix);
    if (is_path) {
        char directory[word_bytes] = "."; // where a proxy process is
        if (start > 0)
            strlcpy(directory, text.substr(0, start), sizeof(directory));
        source_.directory(directory, word_ + start, found);
    } else {
        source_.commands(found);
    }
    names_.sort();
    if (!found.all_fit || names().empty())
        return {};

    const std::string_view first = names().front();
    const size_t length = common_length(first, names().back()); // they are sorted
    if (length > prefix.size())
        put_quoted(first.substr(prefix.size(), length - prefix.size()), word.quote);
    if (names().size() == 1 && !first.ends_with('/')) {
        if (word.quote != '\0')
            put(word.quote);
        put(' ');
    }
    return {insertion_, insertion_length_};
}

void Completion::list(Sink& screen, size_t columns) const {
    write_columns(screen, names(), columns);
}

} // namespace ant
