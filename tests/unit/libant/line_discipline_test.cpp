// SPDX-License-Identifier: GPL-2.0-only
// The console server's line editing: what the program gets, and what the screen shows meanwhile.
#include <ant/servers/console/line_discipline.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ant::console {
namespace {

/// One row of a terminal that knows UTF-8, backspace, newline and bell.
class Row final : public Sink {
public:
    void write(std::string_view text) override {
        for (const char c : text)
            put(c);
    }
    /// Without the blanks at its end.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const std::string& cell : cells_)
            all += cell;
        return all.substr(0, all.find_last_not_of(' ') + 1);
    }
    [[nodiscard]] size_t column() const { return column_; }
    int bells = 0;
    std::vector<std::string> rows; // those that are complete

private:
    void put(char c) {
        if (c == '\a') {
            bells++;
        } else if (c == '\b') {
            ASSERT_GT(column_, 0u) << "left of what was typed";
            column_--;
        } else if (c == '\n') {
            rows.push_back(text());
            cells_.clear();
            column_ = 0;
        } else if ((c & 0xc0) == 0x80) {
            ASSERT_GT(column_, 0u);
            cells_[column_ - 1] += c;
        } else {
            ASSERT_GE(static_cast<unsigned char>(c), 0x20u) << "a control character is shown";
            cells_.resize(std::max(cells_.size(), column_ + 1), " ");
            cells_[column_++] = c;
        }
    }
    std::vector<std::string> cells_;
    size_t column_ = 0;
};

class LineDisciplineTest : public testing::Test {
protected:
    /// Types keys; lines that are complete are kept.
    void type(const std::string& keys) {
        for (const char key : keys) {
            if (!discipline.key(key))
                continue;
            lines.emplace_back(discipline.line());
            discipline.clear();
        }
    }
    void expect(const std::string& line, const std::string& shown, size_t column) const {
        EXPECT_EQ(discipline.line(), line);
        EXPECT_EQ(row.text(), shown);
        EXPECT_EQ(row.column(), column);
    }

    Row row;
    LineDiscipline discipline{row};
    std::vector<std::string> lines;
};

TEST_F(LineDisciplineTest, EchoAndEnter) {
    type("hello");
    expect("hello", "hello", 5);
    type("\rone\ntwo\r\nthree\r\r\n");
    EXPECT_EQ(lines, (std::vector<std::string>{"hello\n", "one\n", "two\n", "three\n", "\n"}));
    EXPECT_EQ(row.rows, (std::vector<std::string>{"hello", "one", "two", "three", ""}));
}

TEST_F(LineDisciplineTest, Erasing) {
    type("one two  three\x7f\b");
    expect("one two  thr", "one two  thr", 12);
    type("\x17");
    expect("one two  ", "one two", 9);
    type("\x17");
    expect("one ", "one", 4);
    type("more\x15");
    expect("", "", 0);
    type("\x7f\x7f\x15\x17"); // nothing is left to erase
    expect("", "", 0);
    EXPECT_EQ(row.bells, 0);
}

TEST_F(LineDisciplineTest, BytesAbove127AreCharactersOfUtf8) {
    type("a\u00e4\u20ac\U0001f600");
    expect("a\u00e4\u20ac\U0001f600", "a\u00e4\u20ac\U0001f600", 4);
    type("\x7f");
    expect("a\u00e4\u20ac", "a\u00e4\u20ac", 3);
    type("\x7f\x7f");
    expect("a", "a", 1);
    type("\x7f\u00fcx \x17\r");
    EXPECT_EQ(lines, std::vector<std::string>{"\n"});
}

TEST_F(LineDisciplineTest, BytesThatAreNoUtf8AreKept) {
    type("a\xff\xfe\r");
    EXPECT_EQ(lines, std::vector<std::string>{"a\xff\xfe\n"});
}

TEST_F(LineDisciplineTest, ControlCharactersAreShownAsPairs) {
    type("a\x01\x1b[Ab");
    expect("a\x01\x1b[Ab", "a^A^[[Ab", 8);
    type("\x7f\x7f\x7f\x7f");
    expect("a\x01", "a^A", 3);
    type("\x7f");
    expect("a", "a", 1);
    type("\tb");
    expect("a\tb", "a b", 3);
    type("\x17");
    expect("a\t", "a", 2);
    type("\x7f");
    expect("a", "a", 1);
}

TEST_F(LineDisciplineTest, ControlDEndsALineWithoutNewline) {
    type("abc\x04\x04");
    EXPECT_EQ(lines, (std::vector<std::string>{"abc", ""}));
    EXPECT_TRUE(row.rows.empty());
}

TEST_F(LineDisciplineTest, TheLongestLine) {
    const std::string longest(LineDiscipline::capacity - 1, 'x');
    type(longest);
    EXPECT_EQ(row.bells, 0);
    type("yz");
    EXPECT_EQ(row.bells, 2);
    EXPECT_EQ(discipline.line(), longest);
    type("\x7fy\r");
    EXPECT_EQ(lines.at(0), longest.substr(1) + "y\n");
}

TEST_F(LineDisciplineTest, ACharacterThatDoesNotFitIsRefusedAsAWhole) {
    type(std::string(LineDiscipline::capacity - 2, 'x'));
    type("\u20ac");
    EXPECT_EQ(row.bells, 3);
    EXPECT_EQ(discipline.line(), std::string(LineDiscipline::capacity - 2, 'x'));
}

} // namespace
} // namespace ant::console
