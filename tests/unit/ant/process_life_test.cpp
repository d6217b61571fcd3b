// SPDX-License-Identifier: GPL-2.0-only
// Processes from start to end: spawn, wait, kill; and that nothing is left of them (MachineTest
// looks after each test). On the real sources (machine/machine.h).
#include "process_fixture.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

// ---- Starting and waiting

TEST_P(ProcessLifeTest, AStatusHasEightBits) {
    EXPECT_EQ(status_of([](User& user) { user.exit(0); }), 0u);
    EXPECT_EQ(status_of([](User& user) { user.exit(7); }), 7u);
    EXPECT_EQ(status_of([](User& user) { user.exit(0x1ff); }), 255u);
}

TEST_P(ProcessLifeTest, AChildThatEndedBeforeItIsWaitedFor) {
    const std::string child = machine.add_program([](User& user) { user.exit(5); });
    machine.start(core(), [&](User& user) {
        const std::int32_t number = user.spawn(child, core());
        user.sleep(milliseconds(5));
        EXPECT_FALSE(machine.is_alive(ProcessNumber{static_cast<std::uint32_t>(number)}));
        const auto waited = user.wait(number);
        EXPECT_EQ(waited.status, 5u);
        results = {waited.result == number ? 0 : -1, user.wait(number).result};
    });
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(0, -ECHILD)); // once only
}

TEST_P(ProcessLifeTest, ManyChildrenInAnyOrder) {
    const std::string child =
        machine.add_program([](User& user) { user.exit(user.number().value() & 0xff); });
    machine.start(p_core, [&](User& user) {
        std::vector<std::int32_t> children;
        for (int i = 0; i < 20; ++i)
            children.push_back(user.spawn(child, core()));
        std::ranges::reverse(children);
        for (const std::int32_t number : children)
            EXPECT_EQ(user.wait(number).status, static_cast<std::uint32_t>(number) & 0xff);
        results.push_back(0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0));
}

TEST_P(ProcessLifeTest, OnlyAParentWaits) {
    const std::string child = machine.add_program([](User& user) { user.sleep(milliseconds(5)); });
    std::int32_t number = 0;
    machine.start(core(), [&](User& user) {
        number = user.spawn(child, core());
        user.sleep(milliseconds(5));
    });
    machine.run();
    machine.start(core(), [&](User& user) {
        results = {user.wait(number).result, user.wait(0).result, user.wait(-1).result,
                   user.wait(static_cast<std::int32_t>(user.number().value())).result};
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ECHILD, -ECHILD, -ECHILD, -ECHILD));
}

TEST_P(ProcessLifeTest, WaitNeedsNoStatus) {
    const std::string child = machine.add_program([](User& user) { user.exit(5); });
    machine.start(core(), [&](User& user) {
        const auto first = static_cast<std::uint32_t>(user.spawn(child, core()));
        EXPECT_EQ(user.call(SystemCall::wait, first, 0), static_cast<std::int32_t>(first));
        const auto second = static_cast<std::uint32_t>(user.spawn(child, core()));
        results.push_back(user.call(SystemCall::wait, second, 4));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT));
}

TEST_P(ProcessLifeTest, AChildOutlivesItsParent) {
    const std::string child = machine.add_program([&](User& user) {
        user.sleep(milliseconds(5));
        results.push_back(1);
    });
    machine.start(p_core, [&](User& user) { EXPECT_GT(user.spawn(child, core()), 0); });
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(1));
}

TEST_P(ProcessLifeTest, AParentEndsWithChildrenNobodyWaitedFor) {
    const std::string child = machine.add_program([](User&) {});
    machine.start(p_core, [&](User& user) {
        EXPECT_GT(user.spawn(child, core()), 0);
        user.sleep(milliseconds(1));
    });
    machine.run_for(milliseconds(2));
    for (const Process& process : processes)
        EXPECT_TRUE(process.is_free());
}

TEST_P(ProcessLifeTest, WhatCannotBeSpawned) {
    const std::string good = machine.add_program([](User&) {});
    machine.start(core(), [&](User& user) {
        results = {
            user.spawn("nothing", core()),
            user.spawn("", core()),
            user.spawn(std::string(100, 'x'), core()),
            user.spawn(good, CoreNumber{0}), // Linux's
            user.spawn(good, CoreNumber{7}),
            user.spawn(good, core(), ANT_PRIORITY_LOWEST + 1),
            user.call(SystemCall::spawn, 0),
            user.call(SystemCall::spawn, ANTLINUX_REGION_BASE),
        };
        ant_spawn wanted{.arguments = User::own_data,
                         .arguments_size = ANT_ARGUMENT_BYTES + 1,
                         .core = core().value(),
                         .priority = 0,
                         .image = 0,
                         .image_size = 0,
                         .rights = 0};
        const auto spawn = [&] {
            user.store(User::buffer, wanted);
            results.push_back(user.call(SystemCall::spawn, User::buffer));
        };
        spawn();
        user.store(User::own_data, 'x');
        wanted.arguments_size = 1; // no NUL
        spawn();
        wanted.arguments = 0x1000;
        spawn();
        wanted.arguments = User::own_data;
        wanted.image = User::own_data; // no ICA
        wanted.image_size = 100;
        user.store(User::own_data, std::array{'x', '\0'});
        wanted.arguments_size = 2;
        spawn();
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ENOENT, -EINVAL, -ENOENT, -EINVAL, -EINVAL, -EINVAL, -EFAULT,
                                     -EFAULT, -E2BIG, -EINVAL, -EFAULT, -EFAULT));
}

TEST_P(ProcessLifeTest, AChildHasItsParentsPriorityUnlessToldOtherwise) {
    const std::string child = machine.add_program([&](User& user) {
        results.push_back(static_cast<std::int32_t>(slot_of(user.number()).core.priority));
    });
    machine.start(
        p_core,
        [&](User& user) {
            user.wait(user.spawn(child, core()));
            user.wait(user.spawn(child, core(), ANT_PRIORITY_HIGHEST));
        },
        ANT_PRIORITY_LOWEST);
    machine.run();
    EXPECT_THAT(results, ElementsAre(ANT_PRIORITY_LOWEST, ANT_PRIORITY_HIGHEST));
}

TEST_P(ProcessLifeTest, WhenAllSlotsAreTakenThereIsAnError) {
    const std::string sleeper = machine.add_program([](User& user) { user.sleep({~0ull}); });
    for (std::uint32_t i = 0; i < max_processes; ++i)
        ASSERT_TRUE(machine.try_start(core(), sleeper).is_ok());
    EXPECT_EQ(machine.try_start(core(), sleeper).error(), Errno::eagain);
    machine.run();
    const ProcessNumber any = processes[17].number();
    machine.kill(any);
    machine.run();
    const auto next = machine.try_start(core(), sleeper);
    ASSERT_TRUE(next.is_ok());
    EXPECT_EQ(&slot_of(next.value()), &processes[17]);
    EXPECT_NE(next.value(), any);
}

TEST_P(ProcessLifeTest, TheArgumentsLieOnTheStack) {
    std::string seen;
    const std::string program = machine.add_program([&](User& user) {
        std::uint32_t at = slot_of(user.number()).mkernel.first_stack.value();
        const auto count = user.load<std::uint32_t>(at);
        for (std::uint32_t i = 0; i < count; ++i) {
            at += 4;
            auto text = user.load<std::uint32_t>(at);
            for (; user.load<char>(text) != '\0'; ++text)
                seen += user.load<char>(text);
            seen += '|';
        }
        EXPECT_EQ(user.load<std::uint32_t>(at + 4), 0u);
    });
    using namespace std::string_literals;
    ASSERT_TRUE(machine.try_start(core(), program + "\0first\0\0last"s).is_ok());
    machine.run();
    EXPECT_EQ(seen, program + "|first||last|");
}

// ---- Killing

TEST_P(ProcessLifeTest, KillEndsAProcessWhateverItDoes) {
    struct Case {
        const char* what;
        Program program;
    };
    ProcessNumber idle = machine.start(core(), [](User& user) { user.sleep({~0ull}); });
    const std::string child = machine.add_program([](User& user) { user.sleep({~0ull}); });
    const Case cases[] = {
        {"computing", [](User& user) { user.compute(milliseconds(1'000'000)); }},
        {"sleeping", [](User& user) { user.sleep(milliseconds(1'000'000)); }},
        {"sleeping without end", [](User& user) { user.sleep({~0ull}); }},
        {"receiving",
         [](User& user) {
             ant_message message{};
             user.receive(message);
         }},
        {"receiving with a limit",
         [](User& user) {
             ant_message message{};
             user.receive(message, 1'000'000'000'000);
         }},
        {"calling",
         [&](User& user) {
             ant_message message{};
             user.call_server(idle, message);
         }},
        {"waiting", [&](User& user) { user.wait(user.spawn(child, p_core)); }},
        {"reading the console",
         [](User& user) { user.call(SystemCall::console_read, User::buffer, 10); }},
    };
    for (const Case& each : cases) {
        for (const bool at_once : {false, true}) {
            const ProcessNumber number = machine.start(core(), each.program);
            for (int turns = 0; !at_once && turns < 20; ++turns)
                for (const CoreNumber which : ant_cores)
                    machine.turn(which);
            const auto took = machine.clock();
            machine.kill(number);
            for (int turns = 0; machine.is_alive(number) && turns < 1000; ++turns)
                for (const CoreNumber which : ant_cores)
                    machine.turn(which);
            EXPECT_FALSE(machine.is_alive(number)) << each.what;
            EXPECT_LE(machine.clock() - took, 10'000'000u) << each.what; // before the next tick
        }
    }
}

TEST_P(ProcessLifeTest, AKilledProcessHasTheStatusOfTheSignal) {
    const std::string sleeper = machine.add_program([](User& user) { user.sleep({~0ull}); });
    machine.start(p_core, [&](User& user) {
        const std::int32_t child = user.spawn(sleeper, core());
        user.sleep(milliseconds(1));
        results.push_back(user.kill(ProcessNumber{static_cast<std::uint32_t>(child)}));
        results.push_back(static_cast<std::int32_t>(user.wait(child).status));
        results.push_back(user.kill(ProcessNumber{static_cast<std::uint32_t>(child)}));
        results.push_back(user.kill(ProcessNumber{0}));
    });
    machine.run_for(milliseconds(2));
    EXPECT_THAT(results, ElementsAre(0, 128 + 9, -ESRCH, -ESRCH));
}

TEST_P(ProcessLifeTest, AProcessMayKillItself) {
    EXPECT_EQ(status_of([](User& user) {
                  user.kill(user.number());
                  ADD_FAILURE() << "it goes on";
              }),
              128u + 9u);
}

TEST_P(ProcessLifeTest, KilledTwiceIsKilledOnce) {
    const ProcessNumber number = machine.start(core(), [](User& user) { user.sleep({~0ull}); });
    machine.run();
    machine.kill(number);
    machine.kill(number);
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
}

// The message that kills it is on the way when it ends by itself.
TEST_P(ProcessLifeTest, TheEndAndTheKillCross) {
    const ProcessNumber number = machine.start(core(), [](User& user) {
        user.sleep(milliseconds(1));
        user.exit(0);
    });
    machine.run();
    machine.advance(machine.clock() + 1'000'000);
    while (slot_of(number).core.state != ProcessState::zombie && machine.turn(core())) {
    }
    machine.kill(number);
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
}

// ---- What the kernel tells

TEST_P(ProcessLifeTest, EveryProcessIsTold) {
    const ProcessNumber asker = machine.start(core(), [&](User& user) {
        std::uint32_t index = 0;
        bool found = false;
        while (user.call(SystemCall::information, ANT_PROCESSES, index++, User::own_data) == 0) {
            const auto information = user.load<ant_process_info>(User::own_data);
            found =
                found ||
                (information.pid == user.number().value() && information.core == core().value() &&
                 information.memory_pages == slot_of(user.number()).mkernel.private_pages.value());
        }
        EXPECT_TRUE(found);
        EXPECT_EQ(user.call(SystemCall::information, ANT_MEMORY, 0, User::own_data), 0);
        EXPECT_EQ(user.load<ant_memory_info>(User::own_data).region_base, ANTLINUX_REGION_BASE);
        for (std::uint32_t i = 0; i < 3; ++i)
            EXPECT_EQ(user.call(SystemCall::information, ANT_CORES, i, User::own_data), 0);
        EXPECT_EQ(user.call(SystemCall::information, ANT_CORES, 3, User::own_data), -ESRCH);
        EXPECT_EQ(user.call(SystemCall::information, ANT_PROCESSES, 0, 0), -EFAULT);
        EXPECT_EQ(user.call(SystemCall::information, ANT_MEMORY, 1, User::own_data), -ESRCH);
        EXPECT_EQ(user.call(SystemCall::information, ANT_PROGRAMS + 1, 0, User::own_data), -EINVAL);
        EXPECT_EQ(user.call(SystemCall{~0u}), -ENOSYS);
        results.push_back(0);
    });
    machine.run();
    EXPECT_FALSE(machine.is_alive(asker));
    EXPECT_THAT(results, ElementsAre(0));
}

INSTANTIATE_TEST_SUITE_P(Cores, ProcessLifeTest, testing::Values(m_core, p_core, q_core),
                         name_of_core);

} // namespace
} // namespace ant::test
