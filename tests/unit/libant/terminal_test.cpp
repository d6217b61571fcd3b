// SPDX-License-Identifier: GPL-2.0-only
// The console server without its system calls: readers, type-ahead, Ctrl-C.
#include <ant/servers/console/terminal.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ant::console {
namespace {

struct FakePort final : Sink {
    void write(std::string_view text) override { screen += text; }
    bool end_owner() {
        interrupts++;
        is_due = true;
        return has_owner;
    }
    void next_owner_lives() { is_due = false; }
    bool deliver(const Reader& reader, std::string_view bytes) {
        EXPECT_LE(bytes.size(), reader.bytes);
        answered.push_back(reader.client);
        if (ended.contains(reader.client))
            return false;
        got.emplace_back(reader.client, bytes);
        return true;
    }

    std::string screen;
    bool has_owner = false;
    bool is_due = false; // as the kernel has it
    int interrupts = 0;
    std::set<uint32_t> ended;
    std::vector<uint32_t> answered;
    std::vector<std::pair<uint32_t, std::string>> got;
};

class TerminalTest : public testing::Test {
protected:
    using Got = std::vector<std::pair<uint32_t, std::string>>;

    bool reads(uint32_t client, bool lines, uint32_t bytes = 4096) {
        return terminal.read(
            {.client = client, .address = 0x1000, .bytes = bytes, .wants_lines = lines});
    }
    void reads_line(uint32_t client, uint32_t bytes = 4096) {
        EXPECT_TRUE(reads(client, true, bytes));
    }
    void reads_keys(uint32_t client, uint32_t bytes = 4096) {
        EXPECT_TRUE(reads(client, false, bytes));
    }
    Got take() { return std::exchange(port.got, {}); }

    FakePort port;
    Terminal<FakePort> terminal{port};
};

TEST_F(TerminalTest, ALineIsEchoedAndGivenAsAWhole) {
    reads_line(7);
    terminal.input("hel");
    terminal.input("xx\x7f\x7flo");
    EXPECT_TRUE(take().empty());
    terminal.input("\r");
    EXPECT_EQ(take(), (Got{{7, "hello\n"}}));
    EXPECT_EQ(port.screen, "helxx\b \b\b \blo\n");
}

TEST_F(TerminalTest, KeysAreNeitherEditedNorEchoed) {
    reads_keys(7);
    terminal.input("a\x7f\x04");
    EXPECT_EQ(take(), (Got{{7, "a\x7f\x04"}}));
    EXPECT_EQ(port.screen, "");
}

TEST_F(TerminalTest, TypedAheadIsForItsReaderToTreat) {
    terminal.input("one\rtw\x7fwo\rthr");
    EXPECT_EQ(port.screen, "") << "a program's output is not mixed with it";
    reads_line(7);
    EXPECT_EQ(take(), (Got{{7, "one\n"}}));
    EXPECT_EQ(port.screen, "one\n");
    reads_keys(8);
    EXPECT_EQ(take(), (Got{{8, "tw\x7fwo\r"}}));
    EXPECT_EQ(port.screen, "one\n");
    reads_line(7); // the program that the shell has started
    terminal.input("ee\r");
    EXPECT_EQ(take(), (Got{{7, "three\n"}}));
}

TEST_F(TerminalTest, ALongLineComesInPieces) {
    reads_line(7, 4);
    terminal.input("abcdefghi\rnext\r");
    EXPECT_EQ(take(), (Got{{7, "abcd"}}));
    reads_line(7, 4);
    reads_line(7, 4);
    EXPECT_EQ(take(), (Got{{7, "efgh"}, {7, "i\n"}}));
    reads_line(7, 5);
    EXPECT_EQ(take(), (Got{{7, "next\n"}})) << "exactly its length, and nothing behind it";
    reads_line(7);
    EXPECT_TRUE(take().empty());
}

TEST_F(TerminalTest, KeysEndWithEnter) {
    terminal.input("a\r\nb\nc\rd");
    for (const char* keys : {"a\r\n", "b\n", "c\r", "d"}) {
        reads_keys(7);
        EXPECT_EQ(take(), (Got{{7, keys}}));
    }
}

TEST_F(TerminalTest, KeysComeInPiecesToo) {
    terminal.input("abcdef");
    reads_keys(7, 4);
    reads_keys(7, 4);
    EXPECT_EQ(take(), (Got{{7, "abcd"}, {7, "ef"}}));
}

TEST_F(TerminalTest, ControlDIsTheEndOfTheFile) {
    reads_line(7);
    terminal.input("\x04");
    EXPECT_EQ(take(), (Got{{7, ""}}));
    reads_line(7);
    EXPECT_TRUE(take().empty()) << "once";
}

TEST_F(TerminalTest, FirstComeFirstServed) {
    reads_line(7);
    reads_line(8);
    reads_keys(9);
    terminal.input("a\rb\rc");
    EXPECT_EQ(take(), (Got{{7, "a\n"}, {8, "b\n"}, {9, "c"}}));
}

TEST_F(TerminalTest, WhoWaitsNoLongerLosesNoInput) {
    reads_line(7);
    reads_line(8);
    port.ended = {7};
    terminal.input("a\r");
    EXPECT_EQ(take(), (Got{{8, "a\n"}}));
    reads_keys(7);
    reads_keys(8);
    terminal.input("b");
    EXPECT_EQ(take(), (Got{{8, "b"}}));
    EXPECT_EQ(port.answered, (std::vector<uint32_t>{7, 8, 7, 8})) << "what they lent is back";
}

TEST_F(TerminalTest, TheShellGoesOnWithWhatAnEndedProgramHadOnItsScreen) {
    reads_line(7);
    terminal.input("hal");
    EXPECT_EQ(port.screen, "hal");
    reads_keys(8); // the shell
    port.ended = {7};
    terminal.forget(7);
    EXPECT_EQ(take(), (Got{{8, "hal"}}));
    terminal.input("f");
    reads_keys(8);
    EXPECT_EQ(take(), (Got{{8, "f"}}));
    EXPECT_EQ(port.screen, "hal");
}

TEST_F(TerminalTest, AnEndOfFileThatNobodyReadIsForgotten) {
    reads_line(7);
    port.ended = {7};
    terminal.input("\x04");
    reads_keys(8);
    terminal.input("x");
    EXPECT_EQ(take(), (Got{{8, "x"}}));
    reads_line(9);
    EXPECT_TRUE(take().empty());
}

TEST_F(TerminalTest, ForgettingWhoDoesNotReadIsNothing) {
    reads_line(7);
    terminal.forget(8);
    EXPECT_TRUE(port.answered.empty());
    terminal.input("a\r");
    EXPECT_EQ(take(), (Got{{7, "a\n"}}));
}

TEST_F(TerminalTest, TooManyReaders) {
    for (uint32_t client = 1; client <= Terminal<FakePort>::max_readers; client++)
        reads_line(client);
    EXPECT_FALSE(reads(1000, true));
    terminal.input("a\r");
    EXPECT_EQ(take(), (Got{{1, "a\n"}}));
    EXPECT_TRUE(reads(1000, true));
}

TEST_F(TerminalTest, MoreThanIsKeptIsLost) {
    const std::string text(Terminal<FakePort>::typed_ahead, 'x');
    terminal.input(text + "lost");
    reads_keys(7, 10000);
    EXPECT_EQ(take(), (Got{{7, text}}));
}

TEST_F(TerminalTest, ControlCEndsTheOwnerAndDropsItsLine) {
    port.has_owner = true;
    reads_line(7);
    terminal.input("half\x03");
    EXPECT_EQ(port.interrupts, 1);
    EXPECT_EQ(port.screen, "half^C\n");
    EXPECT_FALSE(port.is_due) << "somebody was reading: the next program is not meant";
    port.ended = {7};
    terminal.forget(7);
    reads_line(8);
    terminal.input("whole\r");
    EXPECT_EQ(take(), (Got{{8, "whole\n"}}));
}

TEST_F(TerminalTest, ControlCOvertakesWhatWasTypedBefore) {
    port.has_owner = true;
    terminal.input("next command\r\x03");
    EXPECT_EQ(port.interrupts, 1) << "nobody had to read first";
    EXPECT_TRUE(port.is_due);
    reads_keys(1); // the shell gets what was typed ahead, and no Ctrl-C
    EXPECT_EQ(take(), (Got{{1, "next command\r"}}));
    EXPECT_FALSE(port.is_due) << "it has read on";
}

TEST_F(TerminalTest, ControlCOvertakesEvenWhenNothingElseFits) {
    port.has_owner = true;
    terminal.input(std::string(2 * Terminal<FakePort>::typed_ahead, 'x'));
    terminal.input("\x03");
    EXPECT_EQ(port.interrupts, 1);
}

TEST_F(TerminalTest, ControlCBetweenTwoProgramsStaysDueUntilTheShellReads) {
    terminal.input("\x03");
    EXPECT_TRUE(port.is_due);
    terminal.input("x");
    EXPECT_TRUE(port.is_due) << "typing more is not reading";
    reads_keys(1, 1);
    EXPECT_EQ(take(), (Got{{1, "\x03"}}));
    EXPECT_TRUE(port.is_due) << "it has more to read";
    reads_keys(1);
    EXPECT_EQ(take(), (Got{{1, "x"}}));
    EXPECT_FALSE(port.is_due);
}

TEST_F(TerminalTest, ControlCWithoutOwnerIsAKeyForTheShell) {
    reads_keys(1);
    terminal.input("half\x03");
    reads_keys(1);
    EXPECT_EQ(take(), (Got{{1, "half"}, {1, "\x03"}}));
    EXPECT_FALSE(port.is_due);
    EXPECT_EQ(port.screen, "");
}

TEST_F(TerminalTest, ControlCWithoutOwnerDropsALine) {
    reads_line(7);
    terminal.input("half\x03whole\r");
    EXPECT_EQ(take(), (Got{{7, "whole\n"}}));
    EXPECT_EQ(port.screen, "half^C\nwhole\n");
}

} // namespace
} // namespace ant::console
