// SPDX-License-Identifier: GPL-2.0-only
// Who is known by which number, watches, and what comes first (docs/servers.md), on the real
// sources (machine/machine.h).
#include "servers_fixture.h"

#include <algorithm>

#include "ant/core/communication.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ServersNoticeTest : public ServersTest {};

// ---- Who is known by a number beforehand

TEST_P(ServersNoticeTest, TheNamesServerIsReplaced) {
    const auto serve_names = [&](std::uint32_t sign) {
        return [this, sign](User& user) {
            results.push_back(user.call(SystemCall::serve, ANT_SERVER_NAMES));
            ant_message message{};
            while (user.receive(message) == 0) {
                message.words[1] = sign;
                user.reply(message.sender, message);
            }
        };
    };
    const ProcessNumber first = server(serve_names(1));
    machine.run();
    server([&](User& user) { results.push_back(user.call(SystemCall::serve, ANT_SERVER_NAMES)); });
    machine.run();
    client(calls(ProcessNumber{ANT_SERVER_NAMES}, 0));
    machine.run();
    machine.kill(first);
    machine.run();
    client(calls(ProcessNumber{ANT_SERVER_NAMES}, 0));
    machine.run();
    server(serve_names(2));
    machine.run();
    client(calls(ProcessNumber{ANT_SERVER_NAMES}, 0));
    machine.run();
    EXPECT_THAT(answers, ElementsAre(1, 0, 2));
    EXPECT_THAT(results, ElementsAre(0, -EBUSY, 0, -ESRCH, 0, 0));
}

// A number whose slot is another process's by now reaches nobody.
TEST_P(ServersNoticeTest, ANumberIsNotUsedForAnotherProcess) {
    const ProcessNumber gone = server([](User&) {});
    machine.run();
    const std::string program = machine.add_program([](User&) {});
    ProcessNumber last{};
    do {
        last = machine.try_start(GetParam().server, program).value();
        machine.run();
    } while (last.value() % max_processes != (gone.value() + max_processes - 1) % max_processes);
    const ProcessNumber successor = server(serve);
    ASSERT_EQ(&slot_of(successor), &slot_of(gone));
    client(calls(gone, 1));
    client(calls(successor, 1));
    machine.run();
    EXPECT_THAT(results, testing::UnorderedElementsAre(-ESRCH, 0));
}

// ---- Watches

TEST_P(ServersNoticeTest, AWatcherHearsOfAnEnd) {
    const ProcessNumber watched = client([](User& user) { user.sleep(milliseconds(5)); });
    server([&](User& user) {
        results.push_back(user.call(SystemCall::watch, watched.value()));
        results.push_back(user.call(SystemCall::watch, watched.value())); // twice is once
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(message.kind, std::uint32_t{ANT_MESSAGE_ENDED});
        EXPECT_EQ(message.sender, 0u);
        received.push_back(message.words[0]);
        results.push_back(user.receive(message, 0));
        results.push_back(user.call(SystemCall::watch, watched.value()));
        results.push_back(user.call(SystemCall::watch, 0));
    });
    machine.run();
    EXPECT_THAT(received, IsEmpty());
    machine.run_for(milliseconds(6));
    EXPECT_THAT(received, ElementsAre(watched.value()));
    EXPECT_THAT(results, ElementsAre(0, 0, -ETIMEDOUT, -ESRCH, -ESRCH));
}

TEST_P(ServersNoticeTest, SeveralEndsAreSeveralMessages) {
    std::vector<std::uint32_t> expected;
    for (int i = 0; i < 3; ++i)
        expected.push_back(client([](User& user) { user.sleep(milliseconds(5)); }).value());
    server([&](User& user) {
        for (const std::uint32_t number : expected)
            EXPECT_EQ(user.call(SystemCall::watch, number), 0);
        user.sleep(milliseconds(10));
        ant_message message{};
        while (user.receive(message, 0) == 0)
            received.push_back(message.words[0]);
    });
    machine.run_for(milliseconds(11));
    EXPECT_THAT(received, testing::UnorderedElementsAreArray(expected));
}

TEST_P(ServersNoticeTest, AWatcherThatEndsHearsNothing) {
    const ProcessNumber watched = client([](User& user) { user.sleep(milliseconds(5)); });
    server([&](User& user) { EXPECT_EQ(user.call(SystemCall::watch, watched.value()), 0); });
    machine.run_for(milliseconds(6));
    EXPECT_FALSE(machine.is_alive(watched)); // and no watch is left: TearDown()
}

TEST_P(ServersNoticeTest, ThereAreSoManyWatches) {
    const ProcessNumber number = server([](User& user) { user.sleep(milliseconds(1'000)); });
    const std::string program = machine.add_program([&](User& user) {
        results.push_back(user.call(SystemCall::watch, number.value()));
        for (const Process& process : processes)
            if (process.number().value() > number.value() && !process.is_free())
                results.push_back(user.call(SystemCall::watch, process.number().value()));
        user.sleep(milliseconds(1'000));
    });
    for (int i = 0; i < 30; ++i)
        ASSERT_TRUE(machine.try_start(GetParam().client, program).is_ok());
    machine.run();
    EXPECT_EQ(std::ranges::count(results, 0), std::int64_t{max_watches});
    EXPECT_EQ(std::ranges::count(results, -ENFILE) + std::int64_t{max_watches},
              static_cast<std::int64_t>(results.size()));
    EXPECT_GT(results.size(), max_watches);
}

TEST_P(ServersNoticeTest, InterruptsThenEndsThenRequests) {
    const ProcessNumber watched = client([](User& user) { user.sleep(milliseconds(5)); });
    const ProcessNumber number = server([&](User& user) {
        EXPECT_EQ(user.call(SystemCall::watch, watched.value()), 0);
        user.sleep(milliseconds(10));
        ant_message message{};
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(user.receive(message), 0);
            received.push_back(message.kind);
        }
        user.reply(message.sender, message);
    });
    client(calls(number, 1));
    machine.run_for(milliseconds(6));
    machine.interrupt(GetParam().server, [&] { post_interrupt(slot_of(number), 3); });
    machine.run_for(milliseconds(5));
    EXPECT_THAT(received,
                ElementsAre(ANT_MESSAGE_INTERRUPT, ANT_MESSAGE_ENDED, ANT_MESSAGE_REQUEST));
    EXPECT_THAT(results, ElementsAre(0));
}

INSTANTIATE_TEST_SUITE_P(Cores, ServersNoticeTest, core_pairs, name_of_pair);

} // namespace
} // namespace ant::test
