// SPDX-License-Identifier: GPL-2.0-only
// Line editing; see line_editor.h. Keys are those of readline's Emacs mode.
#include "line_editor.h"

#include <ant/base/utf8.h>
#include <ant/lib/format.h>
#include <utility>

namespace ant {

namespace {

constexpr char control(char letter) { return static_cast<char>(letter & 0x1f); }

} // namespace

void LineEditor::begin() {
    length_ = 0;
    cursor_ = 0;
    age_ = 0;
    escape_ = Escape::none;
    screen_.write(prompt_);
}

size_t LineEditor::previous(size_t position) const {
    if (position > 0)
        position--;
    while (position > 0 && is_continuation(line_[position]))
        position--;
    return position;
}

size_t LineEditor::following(size_t position) const {
    if (position < length_)
        position++;
    while (position < length_ && is_continuation(line_[position]))
        position++;
    return position;
}

/// Draws the line anew: prompt, the part of the text that fits, rest cleared, cursor.
void LineEditor::refresh() {
    const size_t room = columns - prompt_.size() - 1;
    size_t first = 0;
    while (columns_of(line().substr(first, cursor_ - first)) > room)
        first = following(first);
    size_t last = length_;
    while (columns_of(line().substr(first, last - first)) > room)
        last = previous(last);
    screen_.write("\r");
    screen_.write(prompt_);
    screen_.write(line().substr(first, last - first));
    screen_.write("\x1b[K\r"); // clear to the end of the line
    char move[16];
    snprintf(move, sizeof(move), "\x1b[%zuC",
             prompt_.size() + columns_of(line().substr(first, cursor_ - first)));
    screen_.write(move);
}

void LineEditor::insert(char byte) {
    if (length_ == capacity) {
        bell();
        return;
    }
    memmove(line_ + cursor_ + 1, line_ + cursor_, length_ - cursor_);
    line_[cursor_++] = byte;
    length_++;
    // The usual case, typing at the end, needs the one character only.
    if (cursor_ == length_ && prompt_.size() + columns_of(line()) < columns)
        screen_.write(std::string_view(&byte, 1));
    else
        refresh();
}

void LineEditor::erase(size_t from, size_t to) {
    if (from == to)
        return;
    memmove(line_ + from, line_ + to, length_ - to);
    length_ -= to - from;
    cursor_ = from;
    refresh();
}

void LineEditor::erase_word() {
    size_t start = cursor_;
    while (start > 0 && line_[start - 1] == ' ')
        start--;
    while (start > 0 && line_[start - 1] != ' ')
        start--;
    erase(start, cursor_);
}

void LineEditor::move_to(size_t position) {
    if (position == cursor_)
        return;
    cursor_ = position;
    refresh();
}

void LineEditor::replace(std::string_view text) {
    memmove(line_, text.data(), text.size());
    length_ = text.size();
    cursor_ = length_;
    refresh();
}

void LineEditor::older() {
    if (age_ == history_.count())
        return;
    if (age_ == 0) {
        memcpy(draft_, line_, length_);
        draft_length_ = length_;
    }
    replace(history_.at(++age_));
}

void LineEditor::newer() {
    if (age_ == 0)
        return;
    age_--;
    replace(age_ == 0 ? std::string_view(draft_, draft_length_) : history_.at(age_));
}

/// Tab. The second one in a row shows what there is to choose from.
void LineEditor::complete() {
    const bool again = std::exchange(after_tab_, true);
    if (completion_ == nullptr) {
        bell();
        return;
    }
    const std::string_view more = completion_->complete(line().substr(0, cursor_));
    for (const char byte : more)
        insert(byte);
    if (more.empty() && again && !completion_->names().empty()) {
        screen_.write("\n");
        completion_->list(screen_, columns);
        refresh();
    } else if (more.empty() || completion_->names().size() > 1) {
        bell();
    }
}

/// A key with a name: the end of ESC [ 'letter' or ESC [ number ~.
void LineEditor::named_key(char final) {
    switch (final) {
    case 'A':
        older();
        break;
    case 'B':
        newer();
        break;
    case 'C':
        move_to(following(cursor_));
        break;
    case 'D':
        move_to(previous(cursor_));
        break;
    case 'H':
        move_to(0);
        break;
    case 'F':
        move_to(length_);
        break;
    case '~':
        if (escape_number_ == 1 || escape_number_ == 7)
            move_to(0);
        else if (escape_number_ == 4 || escape_number_ == 8)
            move_to(length_);
        else if (escape_number_ == 3)
            erase(cursor_, following(cursor_));
        break;
    default:
        break;
    }
}

void LineEditor::escape_key(char byte) {
    if (escape_ == Escape::started) {
        escape_number_ = 0;
        escape_ = byte == '[' ? Escape::bracket : byte == 'O' ? Escape::letter_o : Escape::none;
        return;
    }
    if (escape_ == Escape::bracket && byte >= '0' && byte <= '9') {
        escape_number_ = escape_number_ * 10 % 1000 + static_cast<unsigned>(byte - '0');
        return;
    }
    if (escape_ == Escape::bracket && byte >= 0x20 && byte < 0x40) {
        escape_number_ = 0; // parameters such as Ctrl+arrow's "1;5": the last counts
        return;
    }
    escape_ = Escape::none;
    named_key(byte);
}

LineEditor::Event LineEditor::control_key(char byte) {
    switch (byte) {
    case '\t':
        complete();
        break;
    case '\r':
        after_return_ = true;
        [[fallthrough]];
    case '\n':
        screen_.write("\n");
        history_.add(line());
        return Event::line;
    case control('C'):
        screen_.write("^C\n");
        return Event::abandoned;
    case '\x1b':
        escape_ = Escape::started;
        break;
    case control('A'):
        move_to(0);
        break;
    case control('B'):
        move_to(previous(cursor_));
        break;
    case control('D'):
        erase(cursor_, following(cursor_));
        break;
    case control('E'):
        move_to(length_);
        break;
    case control('F'):
        move_to(following(cursor_));
        break;
    case '\x7f': // what the backspace key sends
    case control('H'):
        erase(previous(cursor_), cursor_);
        break;
    case control('K'):
        length_ = cursor_;
        refresh();
        break;
    case control('L'):
        screen_.write("\x1b[H\x1b[2J"); // to the upper left corner, clear the screen
        refresh();
        break;
    case control('N'):
        newer();
        break;
    case control('P'):
        older();
        break;
    case control('U'):
        erase(0, cursor_);
        break;
    case control('W'):
        erase_word();
        break;
    default:
        break;
    }
    return Event::none;
}

LineEditor::Event LineEditor::key(char byte) {
    if (after_return_) {
        after_return_ = false;
        if (byte == '\n')
            return Event::none;
    }
    if (byte != '\t')
        after_tab_ = false;
    if (escape_ != Escape::none)
        escape_key(byte);
    else if (static_cast<unsigned char>(byte) < 0x20 || byte == '\x7f')
        return control_key(byte);
    else
        insert(byte);
    return Event::none;
}

} // namespace ant
