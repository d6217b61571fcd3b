// SPDX-License-Identifier: GPL-2.0-only
// Data that goes with a message: ICA areas moved and lent, and who may touch them when, down to the
// TLB. On the real sources (machine/machine.h).
#include "areas_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

// ---- Lending

TEST_P(MessageAreasTest, ALentAreaIsTheServersUntilItReplies) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(message.areas[0].address, area);
        EXPECT_EQ(message.areas[0].size, some_pages); // filled in by the kernel
        EXPECT_EQ(user.load<int>(area + page_size), 42);
        user.store(area + 2 * page_size, 43);
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        EXPECT_EQ(user_of(area), user.number());
        EXPECT_EQ(user.reply(message.sender, ant_message{}), 0);
        for (std::uint32_t page = 0; page < 3; ++page)
            EXPECT_FALSE(user.can_load(area + page * page_size));
        results.push_back(1);
    });
    client([&](User& user) {
        area = new_area(user);
        user.store(area + page_size, 42);
        ant_message message = with_area(area, ANT_AREA_LEND);
        EXPECT_EQ(user.call_server(number, message), 0);
        EXPECT_EQ(user.load<int>(area + 2 * page_size), 43);
        EXPECT_EQ(owner_of(area), user.number());
        EXPECT_EQ(user_of(area), user.number());
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{3});
        EXPECT_EQ(user.ica_unmap(area), 0);
        EXPECT_EQ(user_of(area), ProcessNumber{});
        results.push_back(2);
    });
    machine.run();
    EXPECT_THAT(results, testing::UnorderedElementsAre(1, 2));
}

TEST_P(MessageAreasTest, SeveralAreasAtOnce) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(message.area_count, 4u);
        for (const ant_area& each : message.areas)
            EXPECT_EQ(user_of(each.address), user.number());
        for (std::uint32_t i = 0; i < 4; ++i)
            EXPECT_EQ(user.load<std::uint32_t>(message.areas[i].address), i);
        ant_message answer{};
        EXPECT_EQ(user.reply(message.sender, answer), 0);
        for (std::uint32_t i = 0; i < 4; ++i)
            EXPECT_EQ(user.can_load(message.areas[i].address), i % 2 == 0); // moved, or lent
        for (std::uint32_t i = 0; i < 4; i += 2)
            EXPECT_EQ(user_of(message.areas[i].address), user.number());
        results.push_back(1);
    });
    client([&](User& user) {
        ant_message message{};
        message.area_count = 4;
        for (std::uint32_t i = 0; i < 4; ++i) {
            message.areas[i] = {.address = new_area(user, page_size),
                                .size = 0,
                                .use = i % 2 == 0 ? ANT_AREA_MOVE : ANT_AREA_LEND};
            user.store(message.areas[i].address, i);
        }
        const ant_message sent = message;
        EXPECT_EQ(user.call_server(number, message), 0);
        for (std::uint32_t i = 0; i < 4; ++i)
            EXPECT_EQ(user.can_load(sent.areas[i].address), i % 2 == 1);
        for (std::uint32_t i = 1; i < 4; i += 2)
            EXPECT_EQ(user_of(sent.areas[i].address), user.number());
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{2});
        results.push_back(2);
    });
    machine.run();
    EXPECT_THAT(results, testing::UnorderedElementsAre(1, 2));
}

TEST_P(MessageAreasTest, WhatWasLentIsNotThereToBePassedOn) {
    const ProcessNumber third = client([](User& user) { user.sleep(milliseconds(1'000)); });
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        for (const std::uint32_t use : {ANT_AREA_MOVE, ANT_AREA_LEND}) {
            ant_message other = with_area(area, use);
            results.push_back(user.call_server(third, other));
        }
        results.push_back(user.reply(message.sender, with_area(area, ANT_AREA_MOVE)));
        results.push_back(user.ica_unmap(area));
        results.push_back(user.reply(message.sender, ant_message{}));
    });
    client([&](User& user) {
        area = new_area(user);
        ant_message message = with_area(area, ANT_AREA_LEND);
        EXPECT_EQ(user.call_server(number, message), 0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EINVAL, -EINVAL, -EINVAL, -EINVAL, 0));
}

// ---- Moving

TEST_P(MessageAreasTest, AMovedAreaIsTheServers) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(owner_of(area), user.number());
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{3});
        EXPECT_EQ(user.reply(message.sender, ant_message{}), 0);
        EXPECT_EQ(user.load<int>(area), 42);
        EXPECT_EQ(user.ica_unmap(area), 0);
        EXPECT_FALSE(user.can_load(area));
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        results.push_back(1);
    });
    client([&](User& user) {
        area = new_area(user);
        user.store(area, 42);
        ant_message message = with_area(area, ANT_AREA_MOVE);
        EXPECT_EQ(user.call_server(number, message), 0);
        EXPECT_FALSE(user.can_load(area));
        EXPECT_EQ(user.ica_unmap(area), -EINVAL);
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        results.push_back(2);
    });
    machine.run();
    EXPECT_THAT(results, testing::UnorderedElementsAre(1, 2));
}

TEST_P(MessageAreasTest, AnAreaMovesWithTheReply) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        area = new_area(user);
        user.store(area, 42);
        EXPECT_EQ(user.reply(message.sender, with_area(area, ANT_AREA_MOVE)), 0);
        EXPECT_FALSE(user.can_load(area));
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        results.push_back(1);
    });
    client([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.call_server(number, message), 0);
        EXPECT_EQ(message.area_count, 1u);
        EXPECT_EQ(message.areas[0].size, some_pages);
        EXPECT_EQ(user.load<int>(message.areas[0].address), 42);
        EXPECT_EQ(owner_of(area), user.number());
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{3});
        results.push_back(2);
    });
    machine.run();
    EXPECT_THAT(results, testing::UnorderedElementsAre(1, 2));
}

TEST_P(MessageAreasTest, AnAreaMovesThereAndBackManyTimes) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        for (int i = 0; i < 10; ++i) {
            EXPECT_EQ(user.receive(message), 0);
            user.store(area, user.load<int>(area) + 1);
            EXPECT_EQ(user.reply(message.sender, with_area(area, ANT_AREA_MOVE)), 0);
            EXPECT_FALSE(user.can_load(area));
        }
    });
    client([&](User& user) {
        area = new_area(user);
        for (int i = 0; i < 10; ++i) {
            ant_message message = with_area(area, ANT_AREA_MOVE);
            EXPECT_EQ(user.call_server(number, message), 0);
            EXPECT_EQ(user.load<int>(area), i + 1);
        }
        results.push_back(0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0));
}

// ---- What cannot be given

TEST_P(MessageAreasTest, AreasThatCannotBeGiven) {
    const ProcessNumber number = server([](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0); // none of the refused ones gets here
        EXPECT_EQ(message.words[0], 7u);
        user.reply(message.sender, ant_message{});
    });
    client([&](User& user) {
        area = new_area(user);
        const std::uint32_t other = new_area(user);
        const auto call = [&](ant_message message) {
            results.push_back(user.call_server(number, message));
        };
        call(with_area(area, 0));
        call(with_area(area, 3));
        call(with_area(area + page_size, ANT_AREA_LEND)); // not its start
        call(with_area(User::buffer, ANT_AREA_LEND));
        call(with_area(ANTLINUX_REGION_BASE, ANT_AREA_MOVE));
        call(with_area(0, ANT_AREA_MOVE));
        ant_message message = with_area(area, ANT_AREA_LEND);
        message.area_count = ANT_MESSAGE_AREAS + 1;
        call(message);
        message.area_count = 2;
        message.areas[1] = {.address = area, .size = 0, .use = ANT_AREA_MOVE}; // named twice
        call(message);
        message.areas[1].address = other;
        message.areas[1].use = 5; // the second one is wrong: the first one has not moved
        call(message);
        EXPECT_EQ(owner_of(area), user.number());
        user.store(area, 1);
        user.store(other, 1);
        ant_message good{};
        good.words[0] = 7;
        EXPECT_EQ(user.call_server(number, good), 0);
    });
    machine.run();
    EXPECT_THAT(results, testing::SizeIs(9));
    EXPECT_THAT(results, testing::Each(-EINVAL));
}

// The reply comes to where the request is: that must still be the client's memory then.
TEST_P(MessageAreasTest, AMessageCannotMoveItself) {
    const ProcessNumber number = server([](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        EXPECT_EQ(user.reply(message.sender, ant_message{}), 0);
    });
    client([&](User& user) {
        area = new_area(user);
        const auto call = [&](std::uint32_t at, std::uint32_t use) {
            user.store(at, with_area(area, use));
            results.push_back(user.call(SystemCall::call_server, number.value(), at));
        };
        call(area, ANT_AREA_MOVE);
        call(area + page_size - 8, ANT_AREA_MOVE);
        call(area + page_size, ANT_AREA_LEND);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EINVAL, -EINVAL, 0));
}

TEST_P(MessageAreasTest, AReplyThatIsRefusedLeavesTheClientWaiting) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        const std::uint32_t own = new_area(user);
        results.push_back(user.reply(message.sender, with_area(own, ANT_AREA_LEND)));
        results.push_back(user.reply(message.sender, with_area(own + 1, ANT_AREA_MOVE)));
        EXPECT_EQ(user.load<int>(area), 42); // the lent one is here still
        results.push_back(user.reply(message.sender, ant_message{}));
        EXPECT_EQ(user.ica_unmap(own), 0);
    });
    client([&](User& user) {
        area = new_area(user);
        user.store(area, 42);
        ant_message message = with_area(area, ANT_AREA_LEND);
        EXPECT_EQ(user.call_server(number, message), 0);
        user.sleep(milliseconds(1));
        results.push_back(3);
    });
    machine.run_for(milliseconds(2));
    EXPECT_THAT(results, ElementsAre(-EINVAL, -EINVAL, 0, 3));
}

TEST_P(MessageAreasTest, NothingMovesToAServerThatIsNotThere) {
    const ProcessNumber gone = server([](User&) {});
    machine.run();
    client([&](User& user) {
        area = new_area(user);
        user.store(area, 42);
        for (const std::uint32_t use : {ANT_AREA_MOVE, ANT_AREA_LEND}) {
            ant_message message = with_area(area, use);
            EXPECT_EQ(user.call_server(gone, message), -ESRCH);
            EXPECT_EQ(user.load<int>(area), 42);
        }
        results.push_back(0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0));
}

INSTANTIATE_TEST_SUITE_P(Cores, MessageAreasTest, core_pairs, name_of_pair);

} // namespace
} // namespace ant::test
