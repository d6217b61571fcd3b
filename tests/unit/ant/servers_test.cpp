// SPDX-License-Identifier: GPL-2.0-only
// Server communication: requests and replies in every order, on one core and between cores
// (docs/servers.md), on the real sources (machine/machine.h).
#include "servers_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// ---- Requests and replies

TEST_P(ServersTest, TheServerWaitsForTheClient) {
    const ProcessNumber number = server(serve);
    machine.run();
    const ProcessNumber caller = client([&](User& user) {
        ant_message message = request_of(7);
        message.kind = 99; // the kernel's to fill in
        message.sender = 99;
        EXPECT_EQ(user.call_server(number, message), 0);
        EXPECT_EQ(message.words[0], 7u);
        EXPECT_EQ(message.words[1], 1007u);
        EXPECT_EQ(message.kind, std::uint32_t{ANT_MESSAGE_REQUEST});
        EXPECT_EQ(message.sender, number.value());
        received.push_back(message.words[1]);
    });
    machine.run();
    EXPECT_THAT(received, ElementsAre(1007));
    EXPECT_FALSE(machine.is_alive(caller));
    EXPECT_TRUE(machine.is_alive(number));
}

TEST_P(ServersTest, TheClientWaitsForTheServer) {
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        serve(user);
    });
    client(calls(number, 7));
    machine.run();
    EXPECT_THAT(results, IsEmpty());
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(0));
    EXPECT_THAT(answers, ElementsAre(1007));
}

TEST_P(ServersTest, ARequestSaysWhoAsksAndWhat) {
    ProcessNumber caller{};
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(message.sender, caller.value());
        EXPECT_EQ(message.kind, std::uint32_t{ANT_MESSAGE_REQUEST});
        EXPECT_EQ(message.area_count, 0u);
        for (const std::uint32_t word : message.words)
            received.push_back(word);
        user.reply(message.sender, message);
    });
    caller = client([&](User& user) {
        ant_message message{};
        for (std::uint32_t i = 0; i < ANT_MESSAGE_WORDS; ++i)
            message.words[i] = 10 + i;
        EXPECT_EQ(user.call_server(number, message), 0);
    });
    machine.run();
    EXPECT_THAT(received, ElementsAre(10, 11, 12, 13, 14, 15, 16, 17));
}

TEST_P(ServersTest, SeveralClientsAreReceivedInTheirOrder) {
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        ant_message message{};
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(user.receive(message), 0);
            received.push_back(message.words[0]);
            EXPECT_EQ(user.reply(message.sender, message), 0);
        }
    });
    for (const std::uint32_t word : {1u, 2u, 3u, 4u, 5u})
        client(calls(number, word));
    machine.run_for(milliseconds(6));
    EXPECT_THAT(received, ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(results, ElementsAre(0, 0, 0, 0, 0));
}

TEST_P(ServersTest, RepliesMayComeInAnyOrder) {
    const ProcessNumber number = server([&](User& user) {
        std::vector<ant_message> open(3);
        for (ant_message& message : open)
            EXPECT_EQ(user.receive(message), 0);
        for (const std::size_t i : {1u, 2u, 0u}) {
            open[i].words[1] = open[i].words[0] * 10;
            EXPECT_EQ(user.reply(open[i].sender, open[i]), 0);
            user.sleep(milliseconds(1));
        }
    });
    for (const std::uint32_t word : {1u, 2u, 3u})
        client(calls(number, word));
    machine.run_for(milliseconds(10));
    EXPECT_THAT(answers, ElementsAre(20, 30, 10));
}

TEST_P(ServersTest, ManyCallsOneAfterTheOther) {
    const ProcessNumber number = server(serve);
    client([&](User& user) {
        for (std::uint32_t i = 0; i < 50; ++i) {
            ant_message message = request_of(i);
            EXPECT_EQ(user.call_server(number, message), 0);
            EXPECT_EQ(message.words[1], i + 1000);
        }
        results.push_back(0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0));
}

TEST_P(ServersTest, AServerMayBeAClient) {
    const ProcessNumber last = client(serve);
    const ProcessNumber middle = server([&](User& user) {
        ant_message message{};
        while (user.receive(message) == 0) {
            const std::uint32_t sender = message.sender;
            EXPECT_EQ(user.call_server(last, message), 0);
            EXPECT_EQ(user.reply(sender, message), 0);
        }
    });
    client(calls(middle, 5));
    machine.run();
    EXPECT_THAT(answers, ElementsAre(1005));
}

// All the clients that there can be: their messages wait in the mailbox of a core that does not
// come to look, and none is lost.
TEST_P(ServersTest, AsManyClientsAsThereCanBe) {
    std::uint32_t answered = 0;
    const ProcessNumber number = server(serve);
    machine.run();
    const std::string program = machine.add_program([&](User& user) {
        user.sleep(milliseconds(1));
        ant_message message = request_of(1);
        answered += user.call_server(number, message) == 0 && message.words[1] == 1001 ? 1u : 0u;
    });
    std::uint32_t started = 0;
    while (machine.try_start(GetParam().client, program).is_ok())
        ++started;
    EXPECT_EQ(started, max_processes - 1);
    machine.run();
    machine.advance(machine.clock() + 1'000'000);
    while (GetParam().client != GetParam().server && machine.turn(GetParam().client)) {
    }
    machine.run_for(milliseconds(1));
    EXPECT_EQ(answered, started);
}

// ---- There is no server

TEST_P(ServersTest, ACallToNobody) {
    const ProcessNumber gone = server([](User&) {});
    machine.run();
    client([&](User& user) {
        ant_message message{};
        const auto call = [&](std::uint32_t number) {
            return user.call_server(ProcessNumber{number}, message);
        };
        results = {call(gone.value()), call(ANT_SERVER_NAMES), call(0xffff'ffff),
                   call(user.number().value() + 1), call(user.number().value())};
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ESRCH, -ESRCH, -ESRCH, -ESRCH, -EDEADLK));
}

TEST_P(ServersTest, TheServerEndsWhileTheCallIsOnItsWay) {
    const ProcessNumber number = server([](User& user) { user.sleep(milliseconds(1'000)); });
    machine.run();
    machine.kill(number); // the message goes to the server's core
    while (machine.turn(GetParam().server)) {
    }
    client(calls(number, 1));
    machine.run();
    ASSERT_EQ(results.size(), 1u);
    EXPECT_TRUE(results[0] == -ESRCH || results[0] == -EPIPE) << results[0];
}

TEST_P(ServersTest, AMessageMustBeTheProcesssMemory) {
    const ProcessNumber number = server(serve);
    client([&](User& user) {
        const std::uint32_t read_only = ANT_USER_BASE;
        const std::uint32_t kernels = ANTLINUX_REGION_BASE;
        for (const std::uint32_t at : {0u, read_only, kernels, 0xffff'fff0u, ANT_USER_HEAP}) {
            results.push_back(user.call(SystemCall::call_server, number.value(), at));
            results.push_back(user.call(SystemCall::receive, at, 0, 0));
            results.push_back(user.call(SystemCall::reply, number.value(), at));
        }
    });
    machine.run();
    EXPECT_THAT(results, testing::SizeIs(15));
    EXPECT_THAT(results, testing::Each(-EFAULT));
}

// ---- Replies to nobody

TEST_P(ServersTest, ReplyOnceOnlyAndOnlyToWhoAsked) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        results = {user.reply(0, message), user.reply(user.number().value(), message),
                   user.reply(message.sender + 1, message), user.reply(message.sender, message),
                   user.reply(message.sender, message)};
    });
    client([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.call_server(number, message), 0);
        user.sleep(milliseconds(1));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ESRCH, -ESRCH, -ESRCH, 0, -ESRCH));
}

TEST_P(ServersTest, ARequestIsReceivedBeforeItIsAnswered) {
    std::uint32_t caller = 0;
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        ant_message message{};
        results.push_back(user.reply(caller, message));
        EXPECT_EQ(user.receive(message), 0);
        results.push_back(user.reply(message.sender, message));
    });
    caller = client(calls(number, 1)).value();
    machine.run_for(milliseconds(6));
    EXPECT_EQ(results.front(), -ESRCH);
    EXPECT_THAT(results, testing::UnorderedElementsAre(-ESRCH, 0, 0));
}

// ---- receive() with a time limit

TEST_P(ServersTest, ReceiveGivesUpAtItsTime) {
    std::uint64_t waited = 0;
    server([&](User& user) {
        ant_message message{};
        const std::uint64_t before = user.time();
        results.push_back(user.receive(message, 3'456'000));
        waited = user.time() - before;
        results.push_back(user.receive(message, 0));
    });
    machine.run_for(milliseconds(4));
    EXPECT_THAT(results, ElementsAre(-ETIMEDOUT, -ETIMEDOUT));
    EXPECT_EQ(waited, 3'456'000u);
}

TEST_P(ServersTest, ARequestEndsTheWaitingBeforeItsTime) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        results.push_back(user.receive(message, 1'000'000'000));
        user.reply(message.sender, message);
        results.push_back(user.receive(message, 1'000'000));
    });
    machine.run();
    client(calls(number, 1));
    machine.run();
    EXPECT_THAT(results, testing::Contains(0).Times(2));
    machine.run_for(milliseconds(2));
    EXPECT_EQ(results.back(), -ETIMEDOUT);
}

TEST_P(ServersTest, ALimitBeyondTheEndOfTimeIsNone) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        results.push_back(user.receive(message, ANT_FOR_EVER - 1));
    });
    machine.run_for(milliseconds(10'000));
    EXPECT_THAT(results, IsEmpty());
    EXPECT_TRUE(machine.is_alive(number));
}

INSTANTIATE_TEST_SUITE_P(Cores, ServersTest, core_pairs, name_of_pair);

} // namespace
} // namespace ant::test
