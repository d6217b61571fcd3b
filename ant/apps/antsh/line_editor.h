// SPDX-License-Identifier: GPL-2.0-only
// Line editing on a terminal: takes the bytes of the keyboard, gives the bytes for
// the screen and, at Enter, the line. No system calls, so it is tested by itself.
#ifndef ANT_APPS_ANTSH_LINE_EDITOR_H
#define ANT_APPS_ANTSH_LINE_EDITOR_H

#include "completion.h"
#include "history.h"

#include <ant/base/format.h>
#include <ant/lib/console.h>
#include <cstdint>
#include <string_view>

namespace ant {

class LineEditor {
public:
    /// Longest line in bytes; more is answered with a bell.
    static constexpr size_t capacity = History::line_bytes - 1;
    /// A longer line scrolls sideways.
    static constexpr size_t columns = console_columns;

    enum class Event {
        none,     ///< go on
        line,     ///< Enter: line() is the result
        abandoned ///< Ctrl-C: the line was thrown away
    };

    /// `completion` is what Tab asks; nullptr: it does nothing.
    LineEditor(History& history, Sink& screen, std::string_view prompt,
               Completion* completion = nullptr)
        : history_(history), screen_(screen), prompt_(prompt), completion_(completion) {}

    /// Shows the prompt and starts with an empty line.
    void begin();

    /// Takes one byte from the keyboard.
    [[nodiscard]] Event key(char byte);

    [[nodiscard]] std::string_view line() const { return {line_, length_}; }

private:
    /// Where we are in an escape sequence (ECMA-48): ESC [ number letter, ESC O letter.
    enum class Escape : uint8_t { none, started, bracket, letter_o };

    Event control_key(char byte);
    void escape_key(char byte);
    void named_key(char final);
    void insert(char byte);
    void erase(size_t from, size_t to);
    void erase_word();
    void move_to(size_t position);
    void replace(std::string_view text);
    void older();
    void newer();
    void complete();
    void refresh();
    void bell() { screen_.write("\a"); }
    [[nodiscard]] size_t previous(size_t position) const;
    [[nodiscard]] size_t following(size_t position) const;

    History& history_;
    Sink& screen_;
    std::string_view prompt_;
    Completion* completion_;
    bool after_tab_ = false; // the last key was Tab
    char line_[capacity] = {};
    size_t length_ = 0;
    size_t cursor_ = 0;
    Escape escape_ = Escape::none;
    unsigned escape_number_ = 0;
    bool after_return_ = false; // "\r\n" is one Enter
    size_t age_ = 0;            // 0: the new line, n: the n-th last of the history
    char draft_[capacity] = {}; // the new line while older ones are shown
    size_t draft_length_ = 0;
};

} // namespace ant

#endif
