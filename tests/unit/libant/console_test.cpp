// SPDX-License-Identifier: GPL-2.0-only
// The console as a process sees it: through the server when there is one, through the kernel when
// there is none or it ends.
#include "fake_terminal.h"

#include <ant/lib/console.h>
#include <ant/lib/console_protocol.h>
#include <ant/lib/errno.h>
#include <ant/lib/unistd.h>

namespace {

using ant::console::Operation;

class ConsoleTest : public LibantTest, public FakeTerminal {
protected:
    ConsoleTest() : FakeTerminal(kernel) {}
    ~ConsoleTest() override { ant::set_console_input(ant::ConsoleInput::lines); }
};

TEST_F(ConsoleTest, TheServerWritesForBothStreams) {
    EXPECT_EQ(ant::write(1, "out ", 4), 4);
    EXPECT_EQ(ant::write(2, "err", 3), 3);
    EXPECT_EQ(ant::write(1, "", 0), 0);
    EXPECT_EQ(written, "out err");
    EXPECT_EQ(kernel.output + kernel.errors, "");
}

TEST_F(ConsoleTest, LongTextsGoInPieces) {
    const std::string text = test_bytes(10'000);
    EXPECT_EQ(ant::write(1, text.data(), text.size()), 4096);
    EXPECT_EQ(ant::write_all(1, text.data() + 4096, text.size() - 4096), 0);
    EXPECT_EQ(written, text);
    EXPECT_EQ(operations.size(), 3u);
}

TEST_F(ConsoleTest, LinesOrKeys) {
    typed = "line\nkeys";
    char data[16] = {};
    EXPECT_EQ(ant::read(0, data, 5), 5);
    EXPECT_EQ(std::string(data), "line\n");
    ant::set_console_input(ant::ConsoleInput::keys);
    EXPECT_EQ(ant::read(0, data, sizeof(data)), 4);
    EXPECT_EQ(operations, (std::vector{Operation::read_line, Operation::read_keys}));
    EXPECT_EQ(ant::read(0, data, sizeof(data)), 0) << "the end of the file";
}

TEST_F(ConsoleTest, CatPrintsWhatIsTyped) {
    typed = "one\ntwo\n";
    EXPECT_EQ(run_program({"cat", "-"}), 0);
    EXPECT_EQ(written, "one\ntwo\n");
    EXPECT_EQ(operations.front(), Operation::read_line);
}

TEST_F(ConsoleTest, WhenTheServerDiesTheKernelGoesOn) {
    dies = true;
    kernel.input = "plain";
    char data[16] = {};
    EXPECT_EQ(ant::read(0, data, sizeof(data)), 5);
    EXPECT_EQ(ant::write(1, "text", 4), 4);
    EXPECT_EQ(kernel.output, "text");
}

TEST_F(ConsoleTest, AWriteThatTheServerDiesInIsDoneAgain) {
    dies = true;
    EXPECT_EQ(ant::write(2, "text", 4), 4);
    EXPECT_EQ(kernel.errors, "text");
}

TEST_F(ConsoleTest, OneThatJustEndedIsAskedNoMore) {
    // The kernel still names it for a moment, but nobody is there.
    int looks = 0;
    kernel.servers[server] = [&](ant_message&) {
        if (++looks == 3)
            kernel.console_server = 0;
        return -ESRCH;
    };
    EXPECT_EQ(ant::write(1, "text", 4), 4);
    EXPECT_EQ(looks, 3);
    EXPECT_EQ(kernel.output, "text");
}

TEST_F(ConsoleTest, WhatTheServerRefusesIsAnError) {
    kernel.servers[server] = [](ant_message& message) {
        message.words[0] = static_cast<uint32_t>(-EAGAIN);
        return 0;
    };
    char data[16] = {};
    EXPECT_EQ(ant::read(0, data, sizeof(data)), -1);
    EXPECT_EQ(ant::last_error, EAGAIN);
}

TEST_F(ConsoleTest, AServerCannotClaimMoreThanItWasAsked) {
    kernel.servers[server] = [](ant_message& message) {
        message.words[0] = 1'000'000;
        return 0;
    };
    char data[16] = {};
    EXPECT_EQ(ant::read(0, data, sizeof(data)), -1);
    EXPECT_EQ(ant::last_error, EIO);
}

TEST_F(ConsoleTest, KeysAreReadWithoutAnyIcaLeft) {
    // In a process of its own, which has no page yet.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto read_keys = [&] {
        kernel.ica_limit = 0;
        kernel.servers[server] = [](ant_message& message) {
            if (message.area_count != 0 || ant::console::check(message) != 0)
                return -EIO;
            message.words[0] = message.words[1];
            memset(message.words + 1, 'k', message.words[0]);
            return 0;
        };
        char data[100] = {};
        if (ant::read(0, data, sizeof(data)) != -1 || ant::last_error != ENOMEM)
            exit(1); // a line needs a page
        ant::set_console_input(ant::ConsoleInput::keys);
        const auto count = ant::read(0, data, sizeof(data));
        exit(count == 28 && data[27] == 'k' && data[28] == 0 ? 0 : 2);
    };
    EXPECT_EXIT(read_keys(), testing::ExitedWithCode(0), "");
}

TEST(ConsoleProtocolTest, WrongRequests) {
    ant_message message = {};
    message.words[0] = static_cast<uint32_t>(Operation::write_text);
    message.words[1] = 4096;
    message.area_count = 1;
    message.areas[0] = {.address = 0x5000'0000, .size = 4096, .use = ANT_AREA_LEND};
    EXPECT_EQ(ant::console::check(message), 0);
    for (const auto& [operation, bytes, areas, use, error] :
         {std::tuple{0u, 1u, 1u, ANT_AREA_LEND, ENOSYS},
          {4u, 1u, 1u, ANT_AREA_LEND, ENOSYS},
          {1u, 0u, 1u, ANT_AREA_LEND, EINVAL},
          {2u, 4097u, 1u, ANT_AREA_LEND, EINVAL},
          {2u, 1u, 0u, ANT_AREA_LEND, EINVAL},
          {3u, 28u, 0u, ANT_AREA_LEND, 0},
          {3u, 29u, 0u, ANT_AREA_LEND, EINVAL},
          {3u, 0u, 0u, ANT_AREA_LEND, EINVAL},
          {3u, 1u, 2u, ANT_AREA_LEND, EINVAL},
          {1u, 1u, 1u, ANT_AREA_MOVE, EINVAL}}) {
        message.words[0] = operation;
        message.words[1] = bytes;
        message.area_count = areas;
        message.areas[0].use = use;
        EXPECT_EQ(ant::console::check(message), -error) << operation << ' ' << bytes;
    }
}

} // namespace
