// SPDX-License-Identifier: GPL-2.0-only
// Server communication when one of the two ends: by itself, by kill, by a fault, at any time
// (docs/servers.md), on the real sources (machine/machine.h).
#include "servers_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ServersEndTest : public ServersTest {};

// ---- The server ends

TEST_P(ServersEndTest, AServerThatEndsFreesItsClients) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0); // one open, the others wait
        user.sleep(milliseconds(5));
    });
    for (const std::uint32_t word : {1u, 2u, 3u})
        client(calls(number, word));
    machine.run();
    EXPECT_THAT(results, IsEmpty());
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(-EPIPE, -EPIPE, -EPIPE));
}

TEST_P(ServersEndTest, AServerThatIsKilledWhileItServesFreesItsClients) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.sleep(milliseconds(1'000'000));
    });
    client(calls(number, 1)); // open
    client(calls(number, 2)); // not yet received
    machine.run();
    machine.kill(number);
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPIPE, -EPIPE));
}

TEST_P(ServersEndTest, AServerThatIsKilledWhileItReceives) {
    const ProcessNumber number = server(serve);
    machine.run();
    machine.kill(number);
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
    client(calls(number, 1));
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ESRCH));
}

TEST_P(ServersEndTest, AServerThatCrashesFreesItsClients) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.load<int>(0);
    });
    client(calls(number, 1));
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPIPE));
}

// ---- The client ends

TEST_P(ServersEndTest, AClientThatIsKilledInTheQueueIsNotReceived) {
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        ant_message message{};
        results.push_back(user.receive(message, 1'000'000));
    });
    const ProcessNumber caller = client(calls(number, 1));
    machine.run();
    machine.kill(caller);
    machine.run();
    EXPECT_FALSE(machine.is_alive(caller));
    machine.run_for(milliseconds(7));
    EXPECT_THAT(results, ElementsAre(-ETIMEDOUT));
}

TEST_P(ServersEndTest, AReplyToAClientThatWasKilled) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.sleep(milliseconds(5));
        results.push_back(user.reply(message.sender, message));
    });
    const ProcessNumber caller = client(calls(number, 1));
    machine.run();
    machine.kill(caller);
    machine.run();
    EXPECT_FALSE(machine.is_alive(caller));
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(-ESRCH));
}

TEST_P(ServersEndTest, AClientOfSeveralIsKilled) {
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        serve(user);
    });
    client(calls(number, 1));
    const ProcessNumber second = client(calls(number, 2));
    client(calls(number, 3));
    machine.run();
    machine.kill(second);
    machine.run_for(milliseconds(6));
    EXPECT_THAT(answers, ElementsAre(1001, 1003));
}

// The reply and the kill message are on the way to the client's core at the same time.
TEST_P(ServersEndTest, TheReplyAndTheKillCross) {
    for (const bool kill_first : {false, true}) {
        results.clear();
        const ProcessNumber number = server([&](User& user) {
            ant_message message{};
            EXPECT_EQ(user.receive(message), 0);
            user.sleep(milliseconds(5));
            results.push_back(user.reply(message.sender, message));
        });
        const ProcessNumber caller = client(calls(number, 1));
        machine.run();
        if (kill_first)
            machine.kill(caller);
        machine.advance(machine.clock() + 5'000'000);
        while (results.empty() && machine.turn(GetParam().server)) {
        }
        machine.kill(caller);
        machine.run();
        EXPECT_FALSE(machine.is_alive(caller));
        ASSERT_FALSE(results.empty());
        EXPECT_TRUE(results[0] == 0 || results[0] == -ESRCH) << results[0];
    }
}

// Killed before its call got to the server: the withdrawal comes behind it.
TEST_P(ServersEndTest, TheCallAndTheKillCross) {
    const ProcessNumber number = server([](User& user) {
        ant_message message{};
        while (user.receive(message) == 0) {
            message.words[1] = message.words[0] + 1000;
            user.reply(message.sender, message); // who asked may be gone
        }
    });
    machine.run();
    const ProcessNumber caller = client(calls(number, 1));
    while (machine.turn(GetParam().client)) {
    }
    machine.kill(caller);
    while (machine.turn(GetParam().client)) {
    }
    machine.run();
    EXPECT_FALSE(machine.is_alive(caller));
    client(calls(number, 2));
    machine.run();
    EXPECT_EQ(answers.back(), 1002u);
}

INSTANTIATE_TEST_SUITE_P(Cores, ServersEndTest, core_pairs, name_of_pair);

} // namespace
} // namespace ant::test
