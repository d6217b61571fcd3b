// SPDX-License-Identifier: GPL-2.0-only
// One core's scheduler: who runs when, on the real sources (machine/machine.h).
#include "machine/machine.h"

#include "ant/mkernel/memory.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

class SchedulerTest : public MachineTest {
protected:
    // A program that leaves its name in `order`, and does no more.
    Program leave_name(char name) {
        return [this, name](User&) { order += name; };
    }
    // One that leaves its name once for each millisecond it has the core.
    Program compute(char name, int length) {
        return [this, name, length](User& user) {
            for (int i = 0; i < length; ++i) {
                user.compute(milliseconds(1));
                order += name;
            }
        };
    }
    Scheduler& scheduler(CoreNumber core) { return cores[core.value()].scheduler; }

    std::string order;
};

// "aaabba" is {{a, 3}, {b, 2}, {a, 1}}.
std::vector<std::pair<char, int>> turns_of(const std::string& order) {
    std::vector<std::pair<char, int>> turns;
    for (const char name : order) {
        if (turns.empty() || turns.back().first != name)
            turns.emplace_back(name, 0);
        ++turns.back().second;
    }
    return turns;
}

// ---- Priorities

TEST_F(SchedulerTest, TheMostUrgentRunsFirstAndEqualsInTheirOrder) {
    machine.start(p_core, leave_name('e'), ANT_PRIORITY_LOWEST);
    machine.start(p_core, leave_name('c'), ANT_PRIORITY_NORMAL);
    machine.start(p_core, leave_name('a'), ANT_PRIORITY_HIGHEST);
    machine.start(p_core, leave_name('d'), ANT_PRIORITY_NORMAL);
    machine.start(p_core, leave_name('b'), ANT_PRIORITY_SERVER);
    machine.run();
    EXPECT_EQ(order, "abcde");
}

TEST_F(SchedulerTest, EqualsTakeTurnsAtTheTick) {
    for (const char name : {'a', 'b', 'c'})
        machine.start(p_core, compute(name, 40));
    machine.run();
    const auto turns = turns_of(order);
    ASSERT_GE(turns.size(), 12u);
    std::string names;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        names += turns[i].first;
        // The first one begins in the middle of a tick; what is left over at the end is shorter.
        EXPECT_LE(turns[i].second, 11) << "turn " << i;
        if (i > 0 && i < 9) {
            EXPECT_GE(turns[i].second, 9) << "turn " << i;
        }
    }
    EXPECT_EQ(names.substr(0, 12), "abcabcabcabc");
}

TEST_F(SchedulerTest, ALessUrgentOneHasNoTurnWhileAMoreUrgentOneComputes) {
    machine.start(p_core, compute('b', 30), ANT_PRIORITY_NORMAL);
    machine.start(p_core, compute('a', 30), ANT_PRIORITY_SERVER);
    machine.run();
    EXPECT_EQ(order, std::string(30, 'a') + std::string(30, 'b'));
}

TEST_F(SchedulerTest, EachCoreIsItsOwn) {
    machine.start(p_core, compute('a', 5), ANT_PRIORITY_LOWEST);
    machine.start(q_core, compute('b', 5), ANT_PRIORITY_HIGHEST);
    machine.run();
    EXPECT_EQ(std::ranges::count(order, 'a'), 5);
    EXPECT_NE(order, "bbbbbaaaaa"); // they run at the same time
}

TEST_F(SchedulerTest, WhoWakesUpAndIsMoreUrgentRunsAtOnce) {
    std::uint64_t asleep = 0;
    std::uint64_t awake = 0;
    machine.start(p_core, compute('b', 20), ANT_PRIORITY_NORMAL);
    machine.start(
        p_core,
        [&](User& user) {
            asleep = user.time();
            user.sleep(microseconds(3'300));
            awake = user.time();
            order += 'a';
        },
        ANT_PRIORITY_SERVER);
    machine.run();
    EXPECT_EQ(awake - asleep, 3'300'000u); // not at the next tick
    EXPECT_EQ(order.find('a'), 3u);
}

TEST_F(SchedulerTest, WhoWakesUpAndIsAnEqualWaitsForTheTick) {
    machine.start(p_core, [&](User& user) {
        user.sleep(microseconds(10));
        order += 'a';
    });
    machine.start(p_core, compute('b', 30));
    machine.run();
    EXPECT_GE(order.find('a'), 1u);
    EXPECT_LE(order.find('a'), 11u);
}

TEST_F(SchedulerTest, ANewProcessThatIsMoreUrgentRunsAtOnce) {
    const std::string urgent = machine.add_program(leave_name('a'));
    for (const CoreNumber core : {m_core, p_core}) {
        order.clear();
        machine.start(core, [&](User& user) {
            order += '(';
            EXPECT_GT(user.spawn(urgent, core, ANT_PRIORITY_SERVER), 0);
            order += ')';
        });
        machine.run();
        EXPECT_EQ(order, "(a)") << "on core " << core.value();
    }
}

TEST_F(SchedulerTest, ANewProcessThatIsLessUrgentWaits) {
    const std::string idle = machine.add_program(leave_name('a'));
    machine.start(p_core, [&](User& user) {
        order += '(';
        EXPECT_GT(user.spawn(idle, p_core, ANT_PRIORITY_LOWEST), 0);
        user.yield();
        user.compute(milliseconds(30));
        order += ')';
    });
    machine.run();
    EXPECT_EQ(order, "()a");
}

// ---- yield()

TEST_F(SchedulerTest, YieldLetsEqualsRunInTheirOrder) {
    for (const char name : {'a', 'b', 'c'})
        machine.start(p_core, [this, name](User& user) {
            for (int i = 0; i < 3; ++i) {
                order += name;
                user.yield();
            }
        });
    machine.run();
    EXPECT_EQ(order, "abcabcabc");
}

TEST_F(SchedulerTest, YieldAloneReturns) {
    machine.start(p_core, [&](User& user) {
        EXPECT_EQ(user.yield(), 0);
        order += 'a';
    });
    machine.run();
    EXPECT_EQ(order, "a");
}

TEST_F(SchedulerTest, YieldDoesNotLetALessUrgentOneRun) {
    machine.start(p_core, leave_name('b'), ANT_PRIORITY_LOWEST);
    machine.start(p_core, [&](User& user) {
        user.yield();
        order += 'a';
    });
    machine.run();
    EXPECT_EQ(order, "ab");
}

// ---- sleep()

TEST_F(SchedulerTest, SleepersWakeInTheOrderOfTheirTimes) {
    const auto sleeper = [this](char name, std::uint64_t length) {
        machine.start(p_core, [this, name, length](User& user) {
            user.sleep(milliseconds(length));
            order += name;
        });
    };
    sleeper('c', 30);
    sleeper('a', 10);
    sleeper('d', 30); // at the same time as c, later asked for
    sleeper('b', 20);
    machine.run();
    EXPECT_EQ(order, "");
    machine.run_for(milliseconds(19));
    EXPECT_EQ(order, "a");
    machine.run_for(milliseconds(20));
    EXPECT_EQ(order, "abcd");
}

TEST_F(SchedulerTest, SleepIsAsLongAsAskedFor) {
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{999}, std::uint64_t{10'000'000},
          std::uint64_t{12'345'678}, std::uint64_t{5'000'000'000}}) {
        std::uint64_t slept = ~std::uint64_t{0};
        machine.start(p_core, [&](User& user) {
            const std::uint64_t before = user.time();
            EXPECT_EQ(user.sleep({length}), 0);
            slept = user.time() - before;
        });
        machine.run_for({length + 2});
        EXPECT_GE(slept, length);
        EXPECT_LE(slept,
                  std::max<std::uint64_t>(length, 1)); // an alarm is one count ahead at least
    }
}

TEST_F(SchedulerTest, SleepBeyondTheEndOfTimeIsForEver) {
    const ProcessNumber sleeper = machine.start(p_core, [&](User& user) {
        user.sleep({~std::uint64_t{0}});
        order += 'a';
    });
    machine.run_for(milliseconds(10'000));
    EXPECT_EQ(order, "");
    EXPECT_TRUE(machine.is_alive(sleeper));
}

TEST_F(SchedulerTest, AnEmptyCoreSleepsAndIsWokenByTheTimer) {
    machine.start(p_core, [&](User& user) {
        user.sleep(milliseconds(7));
        order += 'a';
    });
    machine.run();
    EXPECT_TRUE(machine.core(p_core).sleeps);
    EXPECT_EQ(scheduler(p_core).current(), nullptr);
    machine.run_for(milliseconds(7));
    EXPECT_EQ(order, "a");
}

// ---- Changing priorities

TEST_F(SchedulerTest, AReadyProcessThatBecomesMoreUrgentRunsAtOnce) {
    ProcessNumber other{};
    machine.start(p_core, [&](User& user) {
        order += '(';
        EXPECT_EQ(user.call(SystemCall::set_priority, other.value(), ANT_PRIORITY_SERVER), 0);
        order += ')';
    });
    other = machine.start(p_core, leave_name('a'), ANT_PRIORITY_LOWEST);
    machine.run();
    EXPECT_EQ(order, "(a)");
}

TEST_F(SchedulerTest, AProcessThatMakesItselfLessUrgentLetsOthersRun) {
    machine.start(p_core, [&](User& user) {
        order += '(';
        EXPECT_EQ(user.call(SystemCall::set_priority, user.number().value(), ANT_PRIORITY_LOWEST),
                  0);
        order += ')';
    });
    machine.start(p_core, leave_name('a'));
    machine.run();
    EXPECT_EQ(order, "(a)");
}

TEST_F(SchedulerTest, AComputingProcessIsMadeLessUrgentFromAnotherCore) {
    const ProcessNumber computing = machine.start(p_core, compute('b', 30), ANT_PRIORITY_SERVER);
    machine.start(p_core, compute('a', 30));
    machine.start(m_core, [&](User& user) {
        user.sleep(milliseconds(4));
        user.call(SystemCall::set_priority, computing.value(), ANT_PRIORITY_LOWEST);
    });
    machine.run();
    EXPECT_THAT(turns_of(order),
                ElementsAre(std::pair('b', 4), std::pair('a', 30), std::pair('b', 26)));
}

TEST_F(SchedulerTest, ASleepingProcessKeepsItsNewPriority) {
    const ProcessNumber sleeping = machine.start(
        p_core,
        [&](User& user) {
            user.sleep(milliseconds(15));
            order += 'a';
        },
        ANT_PRIORITY_LOWEST);
    machine.run();
    machine.start(p_core, compute('b', 30));
    machine.start(m_core, [&](User& user) {
        user.call(SystemCall::set_priority, sleeping.value(), ANT_PRIORITY_HIGHEST);
    });
    machine.run_for(milliseconds(20));
    EXPECT_LE(order.find('a'), 16u);
}

TEST_F(SchedulerTest, PrioritiesThatAreNone) {
    machine.start(p_core, [&](User& user) {
        const auto set = [&user](std::uint32_t process, std::uint32_t priority) {
            return user.call(SystemCall::set_priority, process, priority);
        };
        EXPECT_EQ(set(user.number().value(), 0), -EINVAL);
        EXPECT_EQ(set(user.number().value(), ANT_PRIORITY_LOWEST + 1), -EINVAL);
        EXPECT_EQ(set(user.number().value() + 1, ANT_PRIORITY_NORMAL), -ESRCH);
        EXPECT_EQ(set(0, ANT_PRIORITY_NORMAL), -ESRCH);
        order += 'a';
    });
    machine.run();
    EXPECT_EQ(order, "a");
}

// ---- Address spaces and times

TEST_F(SchedulerTest, AnIdleCoreDoesNotUseAnAddressSpaceThatIsGone) {
    PhysicalAddress used{};
    machine.start(p_core, [&](User& user) {
        user.sleep(milliseconds(1));
        used = machine.current().cr3;
    });
    machine.run();
    EXPECT_NE(machine.core(p_core).cr3, mkernel::kernel_directory()); // sleeping: it comes back
    machine.run_for(milliseconds(2));
    EXPECT_NE(used, mkernel::kernel_directory());
    EXPECT_EQ(machine.core(p_core).cr3, mkernel::kernel_directory());
}

TEST_F(SchedulerTest, TimeIsCountedForWhoHadIt) {
    const auto busy_before = scheduler(p_core).busy_time();
    const auto idle_before = scheduler(p_core).idle_time();
    const auto others_before = scheduler(q_core).busy_time();
    const ProcessNumber short_one = machine.start(p_core, [](User& user) {
        user.compute(milliseconds(5));
        user.sleep(milliseconds(1000));
    });
    const ProcessNumber long_one = machine.start(p_core, [](User& user) {
        user.compute(milliseconds(25));
        user.sleep(milliseconds(1000));
    });
    machine.run_for(milliseconds(100));
    EXPECT_EQ(slot_of(short_one).core.run_time, milliseconds(5));
    EXPECT_EQ(slot_of(long_one).core.run_time, milliseconds(25));
    EXPECT_EQ(scheduler(p_core).busy_time() - busy_before, milliseconds(30));
    EXPECT_EQ(scheduler(q_core).busy_time(), others_before);
    const auto idle = [&] {
        Nanoseconds time{};
        machine.interrupt(p_core, [&] { time = scheduler(p_core).idle_time(); });
        return time;
    }();
    EXPECT_EQ(idle - idle_before, milliseconds(70));
}

} // namespace
} // namespace ant::test
