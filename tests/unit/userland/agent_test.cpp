// SPDX-License-Identifier: GPL-2.0-only
// The agent with real commands; a socket plays the virtio port.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pty.h>
#include <termios.h>

#include "tests/unit/userland/agent_fixture.h"

namespace antlinux::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST_F(AgentTest, SaysReadyThenRunsACommand) {
    send("run echo out; echo err >&2; exit 3\n");
    const Transcript transcript = until_ends(1);
    EXPECT_TRUE(transcript.ready);
    EXPECT_EQ(received_.substr(0, 6), "ready\n");
    EXPECT_EQ(transcript.out, "out\n");
    EXPECT_EQ(transcript.err, "err\n");
    EXPECT_EQ(transcript.ends, std::vector{3});
}

TEST_F(AgentTest, OutputIsByteExactAndOfAnyLength) {
    send("run i=0; while [ $i -lt 3000 ]; do printf 'line %d\\tof \\001 many\\n' $i; "
         "i=$((i+1)); done | tee /dev/stderr\n");
    std::string expected;
    for (int i = 0; i < 3000; ++i)
        expected += "line " + std::to_string(i) + "\tof \001 many\n";
    const Transcript transcript = until_ends(1);
    EXPECT_EQ(transcript.out, expected);
    EXPECT_EQ(transcript.err, expected);
    EXPECT_EQ(transcript.ends, std::vector{0});
}

TEST_F(AgentTest, MuchOutputWaitsForTheHost) {
    send("run head -c 5000000 /dev/zero\n");
    ::usleep(200000); // the agent must not take it all into its memory meanwhile, nor lose any
    const Transcript transcript = until_ends(1);
    EXPECT_EQ(transcript.out.size(), 5000000U);
    EXPECT_EQ(transcript.ends, std::vector{0});
}

TEST_F(AgentTest, ASignalIsAStatusAbove128) {
    send("run kill -TERM $$\n");
    EXPECT_EQ(until_ends(1).ends, std::vector{128 + SIGTERM});
}

TEST_F(AgentTest, InterruptEndsTheWholeGroup) {
    send("run echo begun; sleep 1000 | sleep 1000\n");
    while (parse(received_).out != "begun\n")
        ASSERT_TRUE(receive());
    send("\x03");
    EXPECT_EQ(until_ends(1).ends, std::vector{128 + SIGINT});
    send("run echo alive\n");
    EXPECT_THAT(until_ends(2).out, EndsWith("alive\n"));
}

TEST_F(AgentTest, InterruptEndsWhatDoesNotListen) {
    send("run trap '' INT; echo begun; while :; do sleep 1; done\n");
    while (parse(received_).out != "begun\n")
        ASSERT_TRUE(receive());
    send("\x03");
    EXPECT_EQ(until_ends(1).ends, std::vector{128 + SIGKILL});
}

TEST_F(AgentTest, AnInterruptWithoutACommandIsNothing) {
    send("\x03\x03run echo fine\n");
    const Transcript transcript = until_ends(1);
    EXPECT_EQ(transcript.out, "fine\n");
    EXPECT_EQ(transcript.ends, std::vector{0});
}

TEST_F(AgentTest, ABackgroundProcessDoesNotHoldUpTheEnd) {
    send("run sleep 1000 & echo $!\n");
    const Transcript transcript = until_ends(1);
    EXPECT_EQ(transcript.ends, std::vector{0});
    const pid_t sleeper = std::stoi(transcript.out);
    EXPECT_EQ(::kill(sleeper, SIGKILL), 0) << "it should be left alone";
}

TEST_F(AgentTest, CommandsRunOneAfterTheOther) {
    for (int i = 0; i < 50; ++i) {
        send("run echo " + std::to_string(i) + "; exit " + std::to_string(i) + "\n");
        const Transcript transcript = until_ends(static_cast<std::size_t>(i) + 1);
        EXPECT_EQ(transcript.ends.back(), i);
        EXPECT_THAT(transcript.out, EndsWith(std::to_string(i) + "\n"));
    }
}

TEST_F(AgentTest, StandardInputIsEmpty) {
    send("run cat; echo end of input\n");
    EXPECT_EQ(until_ends(1).out, "end of input\n");
}

TEST_F(AgentTest, WhatIsNoRequestIsAnswered) {
    send("hello\n");
    const Transcript transcript = until_ends(1);
    EXPECT_THAT(transcript.err, HasSubstr("no request: hello"));
    EXPECT_EQ(transcript.ends, std::vector{2});
}

TEST_F(AgentTest, ASecondRunEndsTheFirst) {
    send("run sleep 1000\nrun echo second\n");
    const Transcript transcript = until_ends(2);
    EXPECT_EQ(transcript.out, "second\n");
    EXPECT_EQ(transcript.ends, (std::vector{128 + SIGKILL, 0}));
}

// A pseudo terminal behaves as the virtio port does when its host goes and comes back.
class AgentReconnectTest : public AgentTest {
protected:
    void SetUp() override {
        int terminal = -1;
        ASSERT_EQ(::openpty(&port_, &terminal, name_.data(), nullptr, nullptr), 0);
        termios raw{};
        ASSERT_EQ(::tcgetattr(terminal, &raw), 0);
        ::cfmakeraw(&raw);
        ASSERT_EQ(::tcsetattr(terminal, TCSANOW, &raw), 0);
        host_ = terminal;
        start_agent(port_, false);
    }
    void TearDown() override {
        AgentTest::TearDown();
        ::close(port_);
    }
    void leave() {
        ::close(host_);
        host_ = -1;
    }
    void come_back() {
        host_ = ::open(name_.data(), O_RDWR | O_NOCTTY);
        ASSERT_GE(host_, 0);
    }

    int port_ = -1;
    std::array<char, 64> name_{};
};

TEST_F(AgentReconnectTest, AHostMayGoAndComeBack) {
    send("run echo one\n");
    EXPECT_EQ(until_ends(1).out, "one\n");
    leave();
    ::usleep(300000);
    come_back();
    send("run echo two\n");
    EXPECT_EQ(until_ends(2).out, "one\ntwo\n");
}

// What the port says of its state may come after the data: then a command of the new host ran, and
// its output was thrown away, while the old host still counted as gone.
TEST_F(AgentReconnectTest, OutputIsKeptWhenTheRequestOvertakesTheNewsOfItsHost) {
    send("run echo one\n");
    EXPECT_EQ(until_ends(1).out, "one\n");
    leave();
    ::usleep(900000); // long enough to count as gone
    come_back();
    send("run echo two\n");
    leave(); // the port has the data and says "nobody there"
    ::usleep(20000);
    come_back();
    EXPECT_EQ(until_ends(2).out, "one\ntwo\n");
}

TEST(HostPresence, AbsenceCountsOnlyWhenItLastsAndOnce) {
    using namespace std::chrono_literals;
    const HostPresence::Clock::time_point start{};
    HostPresence host;
    EXPECT_TRUE(host.is_gone());
    EXPECT_FALSE(host.not_seen(start + 1h)); // nobody has ever been there
    host.seen();
    EXPECT_FALSE(host.is_gone());
    EXPECT_FALSE(host.not_seen(start));
    EXPECT_FALSE(host.not_seen(start + 499ms));
    EXPECT_FALSE(host.is_gone());
    EXPECT_TRUE(host.not_seen(start + 500ms));
    EXPECT_TRUE(host.is_gone());
    EXPECT_FALSE(host.not_seen(start + 501ms));
}

TEST(HostPresence, BytesAreASignOfLife) {
    using namespace std::chrono_literals;
    const HostPresence::Clock::time_point start{};
    HostPresence host;
    host.heard(start);
    EXPECT_FALSE(host.is_gone());
    EXPECT_FALSE(host.is_seen());
    EXPECT_FALSE(host.not_seen(start + 499ms));
    host.heard(start + 499ms);
    EXPECT_FALSE(host.not_seen(start + 998ms));
    EXPECT_TRUE(host.not_seen(start + 999ms));
}

TEST_F(AgentReconnectTest, ACommandWhoseHostLeftIsEndedAndSaysSo) {
    send("run echo $$; exec sleep 1000\n");
    while (parse(received_).out.find('\n') == std::string::npos)
        ASSERT_TRUE(receive());
    const pid_t sleeper = std::stoi(parse(received_).out);
    leave();
    for (int i = 0; i < patience_ms / 10 && ::kill(sleeper, 0) == 0; ++i)
        ::usleep(10000);
    EXPECT_EQ(::kill(sleeper, 0), -1);
    come_back();
    EXPECT_EQ(until_ends(1).ends, std::vector{128 + SIGKILL});
}

} // namespace
} // namespace antlinux::test
