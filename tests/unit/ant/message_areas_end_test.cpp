// SPDX-License-Identifier: GPL-2.0-only
// What becomes of ICA areas when one of the two ends, and of one that Linux knows. On the real
// sources (machine/machine.h).
#include "areas_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

class MessageAreasEndTest : public MessageAreasTest {};

// ---- One of the two ends

TEST_P(MessageAreasEndTest, WhatWasLentToAServerThatEndsIsBack) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.store(area, 43);
        user.exit(0);
    });
    client([&](User& user) {
        area = new_area(user);
        ant_message message = with_area(area, ANT_AREA_LEND);
        EXPECT_EQ(user.call_server(number, message), -EPIPE);
        EXPECT_EQ(user.load<int>(area), 43);
        EXPECT_EQ(user.ica_unmap(area), 0);
        results.push_back(0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0));
}

TEST_P(MessageAreasEndTest, WhatMovedToAServerThatEndsIsLostWithIt) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
    });
    client([&](User& user) {
        area = new_area(user);
        ant_message message = with_area(area, ANT_AREA_MOVE);
        EXPECT_EQ(user.call_server(number, message), -EPIPE);
        EXPECT_FALSE(user.can_load(area));
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        EXPECT_EQ(user.ica_unmap(area), -EINVAL);
        results.push_back(0);
    });
    machine.run();
    EXPECT_EQ(owner_of(area), ProcessNumber{});
    EXPECT_THAT(results, ElementsAre(0));
}

TEST_P(MessageAreasEndTest, WhatWasNotReceivedYetIsTheClientsStill) {
    const ProcessNumber number = server([&](User& user) { user.sleep(milliseconds(5)); });
    client([&](User& user) {
        area = new_area(user);
        user.store(area, 42);
        ant_message message = with_area(area, ANT_AREA_MOVE);
        EXPECT_EQ(user.call_server(number, message), -EPIPE);
        EXPECT_EQ(user.load<int>(area), 42);
        EXPECT_EQ(user.ica_unmap(area), 0);
        results.push_back(0);
    });
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(0));
}

// A server in the middle of using what it was lent does not find it gone.
TEST_P(MessageAreasEndTest, AKilledClientsLoanLastsUntilTheReply) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.sleep(milliseconds(5));
        EXPECT_EQ(user.load<int>(area), 42);
        const auto lent = LockedIca()->find(PhysicalAddress{area});
        EXPECT_TRUE(lent && lent->owner_is_gone);
        const std::uint32_t own = new_area(user);
        EXPECT_NE(own, area);
        results.push_back(user.reply(message.sender, with_area(own, ANT_AREA_MOVE)));
        EXPECT_FALSE(user.can_load(area));
        EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
        user.store(own, 1); // what was in the reply stays here
        results.push_back(user.ica_unmap(own));
    });
    const ProcessNumber caller = client([&](User& user) {
        area = new_area(user);
        user.store(area, 42);
        ant_message message = with_area(area, ANT_AREA_LEND);
        user.call_server(number, message);
    });
    machine.run();
    machine.kill(caller);
    machine.run();
    EXPECT_FALSE(machine.is_alive(caller));
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(-ESRCH, 0));
}

TEST_P(MessageAreasEndTest, AKilledClientsLoanEndsWithTheServer) {
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.sleep(milliseconds(5));
    });
    const ProcessNumber caller = client([&](User& user) {
        area = new_area(user);
        ant_message message = with_area(area, ANT_AREA_LEND);
        user.call_server(number, message);
    });
    machine.run();
    machine.kill(caller);
    machine.run();
    EXPECT_TRUE(LockedIca()->find(PhysicalAddress{area}).has_value());
    machine.run_for(milliseconds(6));
    EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
}

TEST_P(MessageAreasEndTest, AClientKilledInTheQueueTakesItsAreaAlong) {
    const ProcessNumber number = server([&](User& user) {
        user.sleep(milliseconds(5));
        ant_message message{};
        results.push_back(user.receive(message, 0));
    });
    for (const std::uint32_t use : {ANT_AREA_MOVE, ANT_AREA_LEND}) {
        const ProcessNumber caller = client([&, use](User& user) {
            area = new_area(user);
            ant_message message = with_area(area, use);
            user.call_server(number, message);
        });
        machine.run();
        machine.kill(caller);
        machine.run();
        EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
    }
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(-ETIMEDOUT));
}

// ---- Linux and areas

TEST_P(MessageAreasEndTest, AnAreaWithAnLcaThatLinuxKnowsStays) {
    const ProcessNumber number = server([](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.reply(message.sender, ant_message{});
    });
    client([&](User& user) {
        area = new_area(user);
        antlinux_lca lca{};
        lca.magic = ANTLINUX_LCA_MAGIC;
        lca.cflag = ANTLINUX_CFLAG_CONTINUE;
        user.store(area, lca);
        EXPECT_EQ(user.call(SystemCall::linux_call, area), 0);
        ant_message message = with_area(area, ANT_AREA_LEND);
        results.push_back(user.call_server(number, message)); // Linux keeps a proxy for it
        lca = user.load<antlinux_lca>(area);
        lca.cflag = ANTLINUX_CFLAG_END;
        user.store(area, lca);
        EXPECT_EQ(user.call(SystemCall::linux_call, area), 0);
        results.push_back(user.call_server(number, message));
    });
    for (int i = 0; i < 3; ++i) {
        machine.run();
        machine.linux_answers(GetParam().client);
    }
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EBUSY, 0));
}

// A server has Linux work on what it borrowed, and lender and server are killed meanwhile. Until
// Linux has answered, the memory is the server's: nobody else can get it.
TEST_P(MessageAreasEndTest, WhatLinuxMayWriteToIsItsCallersUntilTheAnswer) {
    std::uint32_t block = 0;
    const ProcessNumber number = server([&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        block = new_area(user, page_size);
        antlinux_lca lca{};
        lca.magic = ANTLINUX_LCA_MAGIC;
        lca.cflag = ANTLINUX_CFLAG_END;
        user.store(block, lca);
        user.call(SystemCall::linux_call, block);
    });
    const ProcessNumber lender = client([&](User& user) {
        area = new_area(user);
        ant_message message = with_area(area, ANT_AREA_LEND);
        user.call_server(number, message);
    });
    machine.run();
    EXPECT_EQ(user_of(area), number);
    for (const ProcessNumber victim : {lender, number}) {
        machine.kill(victim);
        machine.run();
        EXPECT_EQ(user_of(area), number);
        EXPECT_EQ(user_of(block), number);
        EXPECT_TRUE(LockedIca()->find(PhysicalAddress{area}).has_value());
    }
    machine.linux_answers(GetParam().server);
    machine.run();
    EXPECT_EQ(user_of(area), ProcessNumber{});
    EXPECT_EQ(user_of(block), ProcessNumber{});
    EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
}

INSTANTIATE_TEST_SUITE_P(Cores, MessageAreasEndTest, core_pairs, name_of_pair);

} // namespace
} // namespace ant::test
