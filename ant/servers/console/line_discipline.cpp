// SPDX-License-Identifier: GPL-2.0-only
// Line editing for programs that read lines.
#include <ant/base/utf8.h>
#include <ant/servers/console/line_discipline.h>

namespace ant::console {

namespace {

constexpr char control(char letter) { return static_cast<char>(letter & 0x1f); }
constexpr char rubout = '\x7f'; // what the backspace key sends

/// Of the character that starts with this byte.
size_t bytes_of_character(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// Shown as ^X, so two columns wide.
bool is_shown_as_pair(char byte) {
    return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == rubout;
}

} // namespace

void LineDiscipline::insert(char byte) {
    // One place is the newline's; and there are no halves of a character.
    was_refused_ =
        length_ + bytes_of_character(byte) >= capacity || (was_refused_ && is_continuation(byte));
    if (was_refused_) {
        screen_.write("\a");
        return;
    }
    line_[length_++] = byte;
    if (is_shown_as_pair(byte)) {
        const char pair[] = {'^', static_cast<char>(byte ^ 0x40)};
        screen_.write({pair, sizeof(pair)});
    } else {
        screen_.write(byte == '\t' ? std::string_view(" ") : std::string_view(&byte, 1));
    }
}

void LineDiscipline::erase_character() {
    if (length_ == 0)
        return;
    while (length_ > 1 && is_continuation(line_[length_ - 1]))
        length_--;
    length_--;
    screen_.write(is_shown_as_pair(line_[length_]) ? "\b \b\b \b" : "\b \b");
}

void LineDiscipline::erase_word() {
    const auto is_blank = [](char byte) { return byte == ' ' || byte == '\t'; };
    while (length_ > 0 && is_blank(line_[length_ - 1]))
        erase_character();
    while (length_ > 0 && !is_blank(line_[length_ - 1]))
        erase_character();
}

bool LineDiscipline::key(char byte) {
    const bool second_of_enter = after_return_ && byte == '\n';
    after_return_ = byte == '\r';
    if (second_of_enter)
        return false;
    switch (byte) {
    case '\r':
    case '\n':
        line_[length_++] = '\n';
        screen_.write("\n");
        return true;
    case control('D'):
        return true;
    case control('H'):
    case rubout:
        erase_character();
        return false;
    case control('U'):
        while (length_ > 0)
            erase_character();
        return false;
    case control('W'):
        erase_word();
        return false;
    default:
        insert(byte);
        return false;
    }
}

} // namespace ant::console
