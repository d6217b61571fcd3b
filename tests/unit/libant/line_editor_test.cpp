// SPDX-License-Identifier: GPL-2.0-only
// Line editing, seen on a terminal of one row.
#include <ant/apps/antsh/line_editor.h>
#include <gtest/gtest.h>
#include <string>

namespace {

/// Understands what the editor sends: characters, \r, ESC[K, ESC[nC, ESC[H ESC[2J.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class Terminal final : public ant::Sink {
public:
    void write(std::string_view text) override {
        for (const char c : text)
            put(c);
    }
    [[nodiscard]] std::string row() const { return row_.substr(0, row_.find_last_not_of(' ') + 1); }
    [[nodiscard]] size_t column() const { return column_; }
    [[nodiscard]] size_t widest() const { return widest_; }
    int bells = 0;
    int lines = 0;
    int clears = 0;

private:
    void put(char c) {
        if (!sequence_.empty()) {
            sequence_ += c;
            if (sequence_.size() > 2 && isalpha(c))
                finish();
        } else if (c == '\x1b') {
            sequence_ = c;
        } else if (c == '\r') {
            column_ = 0;
        } else if (c == '\n') {
            lines++;
            row_.clear();
            column_ = 0;
        } else if (c == '\a') {
            bells++;
        } else if ((c & 0xc0) != 0x80) {
            row_.resize(std::max(row_.size(), column_ + 1), ' ');
            row_[column_++] = c;
            widest_ = std::max(widest_, column_);
        }
    }
    void finish() {
        if (sequence_ == "\x1b[K")
            row_.resize(std::min(row_.size(), column_));
        else if (sequence_ == "\x1b[2J")
            clears++, row_.clear();
        else if (sequence_ == "\x1b[H")
            column_ = 0;
        else if (sequence_.back() == 'C')
            column_ += std::stoul(sequence_.substr(2));
        else
            ADD_FAILURE() << "unknown sequence " << sequence_.substr(1);
        sequence_.clear();
    }

    std::string row_;
    std::string sequence_;
    size_t column_ = 0;
    size_t widest_ = 0;
};

const std::string up = "\x1b[A";
const std::string down = "\x1b[B";
const std::string right = "\x1b[C";
const std::string left = "\x1b[D";
const std::string del = "\x1b[3~";

std::string operator*(const std::string& keys, int times) {
    std::string result;
    for (int i = 0; i < times; i++)
        result += keys;
    return result;
}

class LineEditorTest : public testing::Test {
protected:
    LineEditorTest() { editor.begin(); }

    /// Types keys; at Enter the line is kept and a new one begins.
    void type(const std::string& keys) {
        for (const char key : keys) {
            const auto event = editor.key(key);
            if (event == ant::LineEditor::Event::line)
                entered.emplace_back(editor.line());
            if (event != ant::LineEditor::Event::none)
                editor.begin();
        }
        EXPECT_LE(terminal.widest(), ant::LineEditor::columns);
    }

    /// What is shown must be what is in the line.
    void expect(const std::string& line, size_t cursor) {
        EXPECT_EQ(editor.line(), line);
        const std::string row = "$ " + line;
        EXPECT_EQ(terminal.row(), row.substr(0, row.find_last_not_of(' ') + 1));
        EXPECT_EQ(terminal.column(), cursor + 2);
    }

    ant::History history;
    Terminal terminal;
    ant::LineEditor editor{history, terminal, "$ "};
    std::vector<std::string> entered;
};

} // namespace

TEST_F(LineEditorTest, TypingAndEnter) {
    type("hello");
    expect("hello", 5);
    type("\r");
    EXPECT_EQ(entered, std::vector<std::string>{"hello"});
    expect("", 0);
    EXPECT_EQ(terminal.lines, 1);
    type("a\nb\r\nc\r\r\n");
    EXPECT_EQ(entered, (std::vector<std::string>{"hello", "a", "b", "c", ""}));
}

TEST_F(LineEditorTest, MovingAndInserting) {
    type(std::string("hello") + left + left + "XY");
    expect("helXYlo", 5);
    type(std::string("\x1b[H") + "<" + "\x1b[F" + ">");
    expect("<helXYlo>", 9);
    type(std::string("\x01") + right + "1" + "\x05" + "2");
    expect("<1helXYlo>2", 11);
    type(left * 50);
    expect("<1helXYlo>2", 0);
    type(right * 50);
    expect("<1helXYlo>2", 11);
    type("\x1b[1~");
    expect("<1helXYlo>2", 0);
    type("\x1b[4~");
    expect("<1helXYlo>2", 11);
    type("\x1bOH");
    expect("<1helXYlo>2", 0);
    type("\x1b[1;5C"); // Ctrl+right: as right
    expect("<1helXYlo>2", 1);
}

TEST_F(LineEditorTest, Erasing) {
    type("hello\x7f\x08");
    expect("hel", 3);
    type(std::string("\x01") + del + "\x04");
    expect("l", 0);
    type("\x7f");
    expect("l", 0);
    type(std::string("\x05") + del);
    expect("l", 1);
    type("\x15one two  three");
    expect("one two  three", 14);
    type("\x17");
    expect("one two  ", 9);
    type("\x17");
    expect("one ", 4);
    type("two");
    type(left * 3);
    type("\x0b");
    expect("one ", 4);
    type("abc");
    type(left * 2);
    type("\x15");
    expect("bc", 0);
}

TEST_F(LineEditorTest, History) {
    type("one\rtwo\rtwo\r\rthree\rdraft");
    type(up);
    expect("three", 5);
    type(up);
    expect("two", 3);
    type(up);
    expect("one", 3);
    type(up * 3);
    expect("one", 3);
    type(down * 3);
    expect("draft", 5);
    type(down);
    expect("draft", 5);
    type("\x10\x10!\r"); // Ctrl-P; an older line edited is a new one
    EXPECT_EQ(entered.back(), "two!");
    type(up);
    expect("two!", 4);
    type(up * 2);
    expect("two", 3);
    type("\x0e");
    expect("three", 5);
}

TEST_F(LineEditorTest, HistoryForgetsTheOldest) {
    for (size_t i = 0; i < ant::History::lines + 5; i++)
        type("line" + std::to_string(i) + "\r");
    EXPECT_EQ(history.count(), ant::History::lines);
    type(up * 1000);
    expect("line5", 5);
}

TEST_F(LineEditorTest, ControlCAbandonsTheLine) {
    type("half\x03");
    expect("", 0);
    EXPECT_EQ(terminal.lines, 1);
    EXPECT_EQ(history.count(), 0u);
    EXPECT_TRUE(entered.empty());
}

TEST_F(LineEditorTest, ControlLClearsTheScreen) {
    type("abc\x0c");
    EXPECT_EQ(terminal.clears, 1);
    expect("abc", 3);
}

TEST_F(LineEditorTest, LongLinesScrollSideways) {
    std::string text;
    for (int i = 0; i < 200; i++)
        text += static_cast<char>('a' + i % 26);
    type(text);
    EXPECT_EQ(editor.line(), text);
    EXPECT_EQ(terminal.row(), "$ " + text.substr(200 - 77));
    type("\x01");
    EXPECT_EQ(terminal.row(), "$ " + text.substr(0, 77));
    EXPECT_EQ(terminal.column(), 2u);
    type("\r");
    EXPECT_EQ(entered.back(), text);
}

TEST_F(LineEditorTest, AFullLineRingsTheBell) {
    type(std::string(ant::LineEditor::capacity, 'x'));
    EXPECT_EQ(terminal.bells, 0);
    type("y");
    EXPECT_EQ(terminal.bells, 1);
    EXPECT_EQ(editor.line(), std::string(ant::LineEditor::capacity, 'x'));
    type("\r");
    type(up);
    EXPECT_EQ(editor.line(), std::string(ant::LineEditor::capacity, 'x'));
}

TEST_F(LineEditorTest, Utf8CharactersAreOneColumnEach) {
    type("a\xc3\xa4\xe2\x82\xac"); // a, a-umlaut, euro
    EXPECT_EQ(terminal.column(), 5u);
    type(left);
    EXPECT_EQ(terminal.column(), 4u);
    type("\x7f");
    EXPECT_EQ(editor.line(), "a\xe2\x82\xac");
    type(del);
    EXPECT_EQ(editor.line(), "a");
}

TEST_F(LineEditorTest, UnknownKeysDoNothing) {
    type("ab\x1b[5~\x1b[Z\x1bx\t\x02");
    expect("ab", 1);
}
