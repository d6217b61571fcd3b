// SPDX-License-Identifier: GPL-2.0-only
// A line that is being typed for a program which reads lines: editing and echo, as in a Unix
// terminal driver. No system calls, so it is tested by itself.
//
//     Backspace, Ctrl-H   the last character     Ctrl-W  the last word     Ctrl-U  the line
//     Enter, Ctrl-J       the line is complete   Ctrl-D  it is, without a newline; alone: the end
//     Tab                 a blank on the screen, one of Unicode's characters one column
//
// Other control characters are taken and shown as ^X. (Ctrl-C never comes here: terminal.h.)
#ifndef ANT_SERVERS_CONSOLE_LINE_DISCIPLINE_H
#define ANT_SERVERS_CONSOLE_LINE_DISCIPLINE_H

#include <ant/base/format.h>
#include <cstddef>
#include <string_view>

namespace ant::console {

class LineDiscipline {
public:
    /// Longest line in bytes, with its newline; more is answered with a bell.
    static constexpr size_t capacity = 1024;

    explicit LineDiscipline(Sink& screen) : screen_(screen) {}

    /// Takes one byte from the keyboard. True: line() is complete, until clear().
    [[nodiscard]] bool key(char byte);

    /// What was typed so far.
    [[nodiscard]] std::string_view line() const { return {line_, length_}; }

    /// An empty line; nothing is shown.
    void clear() { length_ = 0; }

private:
    void insert(char byte);
    void erase_character();
    void erase_word();

    Sink& screen_;
    size_t length_ = 0;
    bool after_return_ = false; // "\r\n" is one Enter
    bool was_refused_ = false;  // the last byte: there was no space
    char line_[capacity] = {};
};

} // namespace ant::console

#endif
