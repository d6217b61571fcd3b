// SPDX-License-Identifier: GPL-2.0-only
// What the Tab key stands for: the rest of a command's name or of a path. No system calls, so it is
// tested by itself.
#ifndef ANT_APPS_ANTSH_COMPLETION_H
#define ANT_APPS_ANTSH_COMPLETION_H

#include <ant/apps/common/name_list.h>
#include <ant/base/format.h>
#include <string_view>

namespace ant {

/// Where the names come from; each is written to `found` by itself. Names that do not begin with
/// what was typed may be among them.
struct NameSource {
    /// The shell's own commands, and AnT's programs.
    void (*commands)(Sink& found);
    /// What is in that directory of Linux's; directories with a slash at their end. `prefix`:
    /// others are not wanted.
    void (*directory)(const char* path, const char* prefix, Sink& found);
};

class Completion {
public:
    explicit Completion(const NameSource& source) : source_(source) {}

    /// What is to be inserted where `line`, the text in front of the cursor, ends: as much as all
    /// names have in common that begin as its last word; with a blank when there is only one,
    /// unless it is a directory. Valid until the next call. Characters that mean something to the
    /// shell come quoted as the word is.
    [[nodiscard]] std::string_view complete(std::string_view line);

    /// After complete(): all those names, sorted.
    [[nodiscard]] std::span<char* const> names() const { return names_.names(); }
    /// The same as a table that is at most so many columns wide.
    void list(Sink& screen, size_t columns) const;

private:
    static constexpr size_t word_bytes = 1024;
    static constexpr size_t insertion_bytes = 1024;

    /// The word in front of the cursor.
    enum class Place { command, core, argument, comment };
    struct Word {
        Place place = Place::command;
        size_t length = 0; // in word_, without its quotes
        char quote = '\0'; // that is still open
        bool fits = true;
    };
    Word parse(std::string_view line);
    [[nodiscard]] static Place after(Place place, std::string_view word);
    void put(char c);
    void put_quoted(std::string_view text, char quote);

    NameSource source_;
    NameList names_;
    char word_[word_bytes] = {};
    char insertion_[insertion_bytes] = {};
    size_t insertion_length_ = 0;
};

} // namespace ant

#endif
