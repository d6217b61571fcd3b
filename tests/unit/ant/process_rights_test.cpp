// SPDX-License-Identifier: GPL-2.0-only
// Rights over processes: who may end and prioritise others (ANT_RIGHT_PROCESSES). On the real
// sources (machine/machine.h).
#include "process_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

class ProcessRightsTest : public ProcessLifeTest {
protected:
    // A program without the right, as what a shell starts.
    ProcessNumber start(Program program, std::uint32_t priority = ANT_PRIORITY_NORMAL) {
        return machine.start(core(), std::move(program), priority, 0);
    }
    static std::int32_t prioritise(User& user, ProcessNumber process, std::uint32_t priority) {
        return user.call(SystemCall::set_priority, process.value(), priority);
    }
    static ProcessNumber number(std::int32_t result) {
        return ProcessNumber{static_cast<std::uint32_t>(result)};
    }
    std::string sleeper() {
        return machine.add_program([](User& user) { user.sleep({~0ull}); });
    }
};

TEST_P(ProcessRightsTest, ItselfAndWhatItStarted) {
    const std::string child = sleeper();
    const ProcessNumber process = start([&](User& user) {
        const ProcessNumber mine = number(user.spawn(child, p_core));
        results = {prioritise(user, mine, ANT_PRIORITY_LOWEST), user.kill(mine),
                   prioritise(user, user.number(), ANT_PRIORITY_LOWEST)};
        user.kill(user.number());
        results.push_back(-1); // is not reached
    });
    machine.run_for(milliseconds(5));
    EXPECT_THAT(results, ElementsAre(0, 0, 0));
    EXPECT_FALSE(machine.is_alive(process));
}

TEST_P(ProcessRightsTest, NobodyElse) {
    const ProcessNumber others = machine.start(core(), [](User& user) { user.sleep({~0ull}); });
    start([&](User& user) {
        results = {user.kill(others), prioritise(user, others, ANT_PRIORITY_LOWEST),
                   user.kill(ProcessNumber{12345})};
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM, -ESRCH));
    EXPECT_TRUE(machine.is_alive(others));
}

TEST_P(ProcessRightsTest, AChildHasNoneOverItsParent) {
    const std::string child = machine.add_program([&](User& user) {
        results.push_back(user.kill(ProcessNumber{user.number().value() - 1}));
    });
    const ProcessNumber parent = start([&](User& user) {
        ASSERT_EQ(number(user.spawn(child, core())).value(), user.number().value() + 1);
        user.sleep({~0ull});
    });
    machine.run_for(milliseconds(5));
    EXPECT_THAT(results, ElementsAre(-EPERM));
    EXPECT_TRUE(machine.is_alive(parent));
}

TEST_P(ProcessRightsTest, WhatAnEndedChildStartedIsStillItsOwn) {
    const std::string grandchild = sleeper();
    ProcessNumber mine{};
    const std::string child =
        machine.add_program([&](User& user) { mine = number(user.spawn(grandchild, q_core)); });
    const std::string stranger = sleeper();
    std::int32_t strange = 0;
    start([&](User& user) {
        strange = user.spawn(stranger, p_core);
        user.sleep({~0ull});
    });
    machine.run();
    start([&](User& user) {
        user.wait(user.spawn(child, p_core));
        ASSERT_TRUE(machine.is_alive(mine));
        results = {user.kill(mine), user.kill(number(strange))};
        user.sleep(milliseconds(2));
        EXPECT_FALSE(machine.is_alive(mine));
    });
    machine.run_for(milliseconds(10));
    EXPECT_THAT(results, ElementsAre(0, -EPERM));
}

TEST_P(ProcessRightsTest, NobodyIsMadeMoreUrgentThanHisMaster) {
    const std::string child = sleeper();
    start(
        [&](User& user) {
            const ProcessNumber mine = number(user.spawn(child, p_core));
            results = {user.spawn(child, p_core, ANT_PRIORITY_HIGHEST),
                       prioritise(user, user.number(), ANT_PRIORITY_HIGHEST),
                       prioritise(user, mine, ANT_PRIORITY_SERVER),
                       prioritise(user, mine, ANT_PRIORITY_NORMAL)};
        },
        ANT_PRIORITY_NORMAL);
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM, -EPERM, 0));
}

TEST_P(ProcessRightsTest, WithTheRightAllOfThem) {
    const ProcessNumber others = machine.start(core(), [](User& user) { user.sleep({~0ull}); });
    machine.start(core(), [&](User& user) {
        results = {prioritise(user, others, ANT_PRIORITY_HIGHEST), user.kill(others)};
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0, 0));
}

TEST_P(ProcessRightsTest, TheRightIsPassedOnByThoseWhoHaveIt) {
    const ProcessNumber first = machine.start(core(), [](User& user) { user.sleep({~0ull}); });
    const std::string child =
        machine.add_program([&](User& user) { results.push_back(user.kill(first)); });
    const auto spawns = [&](User& user) {
        user.wait(user.spawn(child, core(), ANT_PRIORITY_INHERIT, ANT_RIGHT_PROCESSES));
    };
    start(spawns);
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM));
    machine.start(core(), [&](User& user) { user.wait(user.spawn(child, core())); });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM)) << "not by itself";
    machine.start(core(), spawns);
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM, 0));
}

TEST_P(ProcessRightsTest, WhomControlCEndsSayShells) {
    start([&](User& user) {
        results.push_back(user.call(SystemCall::console_owner, 0));
        results.push_back(user.call(SystemCall::console_owner, user.number().value()));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM));
}

INSTANTIATE_TEST_SUITE_P(OnCore, ProcessRightsTest, testing::Values(m_core, p_core), name_of_core);

} // namespace
} // namespace ant::test
