// SPDX-License-Identifier: GPL-2.0-only
// A file line by line.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/lines.h>
#include <ant/lib/unistd.h>

class LinesTest : public LibantTest {
protected:
    std::vector<std::string> lines_of(const std::string& content) {
        const int file = ant::open(make_file("f", content).c_str(), O_RDONLY);
        std::vector<std::string> lines;
        ant::LineReader reader(file);
        while (const auto line = reader.next())
            lines.emplace_back(*line);
        EXPECT_EQ(reader.error(), 0);
        EXPECT_FALSE(reader.next()) << "the end stays the end";
        ant::close(file);
        return lines;
    }
};

TEST_F(LinesTest, GivesEachLineWithItsNewline) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(lines_of(""), Lines{});
    EXPECT_EQ(lines_of("\n"), Lines{"\n"});
    EXPECT_EQ(lines_of("a\n\nbc"), (Lines{"a\n", "\n", "bc"}));
}

TEST_F(LinesTest, LinesOfAllLengthsAroundTheBuffers) {
    std::string text;
    std::vector<std::string> expected;
    for (const size_t length :
         std::initializer_list<size_t>{0, 1, 16382, 16383, 16384, 16385, 100'000, 3}) {
        expected.push_back(std::string(length, static_cast<char>('a' + expected.size())) + "\n");
        text += expected.back();
    }
    EXPECT_EQ(lines_of(text), expected);
}

TEST_F(LinesTest, ErrorsAreTold) {
    ant::LineReader none(77);
    EXPECT_FALSE(none.next());
    EXPECT_EQ(none.error(), EBADF);
    kernel.input = "typed\nmore";
    ant::LineReader console(0);
    EXPECT_EQ(console.next(), "typed\n");
    EXPECT_FALSE(console.next());
    EXPECT_EQ(console.error(), EIO);
}
