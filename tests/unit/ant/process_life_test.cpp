// SPDX-License-Identifier: GPL-2.0-only
// Processes from start to end: spawn, wait, kill, faults, their memory and consoles, Linux calls;
// and that nothing is left of them (MachineTest looks after each test). On the real sources
// (machine/machine.h).
#include "machine/machine.h"

#include "arch/x86/interrupt_table.h"
#include "kernel/ica.h"
#include "mkernel/console.h"
#include "mkernel/log.h"
#include "mkernel/memory.h"
#include "mkernel/process_manager.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using x86::milliseconds;

class ProcessLifeTest : public MachineTest, public testing::WithParamInterface<CoreNumber> {
protected:
    CoreNumber core() const { return GetParam(); }
    // Runs it as a child of a process on the first p-kernel's core; its status.
    std::uint32_t status_of(Program program) {
        const std::string name = machine.add_program(std::move(program));
        std::uint32_t status = ~0u;
        machine.start(p_core, [&, name](User& user) {
            const std::int32_t child = user.spawn(name, core());
            EXPECT_GT(child, 0);
            const auto waited = user.wait(child);
            EXPECT_EQ(waited.result, child);
            status = waited.status;
        });
        machine.run_for(milliseconds(20));
        return status;
    }
    std::string console() { return machine.take_output(ConsoleNumber::terminal); }

    std::vector<std::int32_t> results;
};

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
        EXPECT_EQ(user.call(ANT_SYS_WAIT, first, 0), static_cast<std::int32_t>(first));
        const auto second = static_cast<std::uint32_t>(user.spawn(child, core()));
        results.push_back(user.call(ANT_SYS_WAIT, second, 4));
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
        EXPECT_EQ(process.state, ProcessState::free);
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
            user.call(ANT_SYS_SPAWN, 0),
            user.call(ANT_SYS_SPAWN, ANTLINUX_REGION_BASE),
        };
        ant_spawn wanted{.arguments = User::own_data,
                         .arguments_size = ANT_ARGUMENT_BYTES + 1,
                         .core = core().value(),
                         .priority = 0,
                         .image = 0,
                         .image_size = 0};
        const auto spawn = [&] {
            user.store(User::buffer, wanted);
            results.push_back(user.call(ANT_SYS_SPAWN, User::buffer));
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
        results.push_back(static_cast<std::int32_t>(slot_of(user.number()).priority));
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
    const ProcessNumber any = processes[17].number;
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
        std::uint32_t at = slot_of(user.number()).first_stack.value();
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
        {"sleeping for ever", [](User& user) { user.sleep({~0ull}); }},
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
         [](User& user) { user.call(ANT_SYS_CONSOLE_READ, User::buffer, 10); }},
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
    while (slot_of(number).state != ProcessState::zombie && machine.turn(core())) {
    }
    machine.kill(number);
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
}

// ---- Faults

TEST_P(ProcessLifeTest, AFaultEndsTheProcessAndSaysWhy) {
    struct Case {
        std::uint32_t status;
        const char* text;
        Program program;
    };
    const auto trap = [](x86::Exception exception) {
        return [exception](User& user) { user.fault(static_cast<std::uint32_t>(exception)); };
    };
    const PhysicalRange ica = LockedIca()->ica();
    const Case cases[] = {
        {139, "read of 0x00000010 (null pointer)", [](User& user) { user.load<char>(0x10); }},
        {139, "write to 0x00000000 (null pointer)", [](User& user) { user.store(0, 'x'); }},
        {139, "(read-only memory)", [](User& user) { user.store(ANT_USER_BASE, 'x'); }},
        {139, "(unmapped memory)", [](User& user) { user.load<char>(ANT_USER_HEAP); }},
        {139, "(kernel memory", [](User& user) { user.load<char>(ANTLINUX_REGION_BASE); }},
        {139, "(kernel memory", [ica](User& user) { user.load<char>(ica.base.value()); }},
        {139, "(stack overflow)",
         [](User& user) { user.load<char>(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE - 1); }},
        {136, "division by zero", trap(x86::Exception::divide_error)},
        {132, "invalid instruction", trap(x86::Exception::invalid_opcode)},
        {139, "privileged instruction", trap(x86::Exception::general_protection)},
        {133, "breakpoint", trap(x86::Exception::breakpoint)},
        {135, "misaligned", trap(x86::Exception::alignment_check)},
    };
    for (const Case& each : cases) {
        console();
        EXPECT_EQ(status_of(each.program), each.status) << each.text;
        EXPECT_THAT(console(), HasSubstr(each.text));
    }
}

TEST_P(ProcessLifeTest, TheStackGrowsWhereItIsTouched) {
    EXPECT_EQ(status_of([&](User& user) {
                  const PageCount before = slot_of(user.number()).private_pages;
                  user.store(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE, 'x'); // the far end first
                  EXPECT_EQ(user.load<char>(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE), 'x');
                  EXPECT_EQ(user.load<int>(ANT_USER_STACK_TOP - 0x8000), 0); // a page of zeros
                  EXPECT_EQ(slot_of(user.number()).private_pages - before, PageCount{2});
                  // The kernel touches it, too.
                  EXPECT_EQ(user.call(ANT_SYS_TIME, ANT_USER_STACK_TOP - 0x10000), 0);
                  EXPECT_GT(user.load<std::uint64_t>(ANT_USER_STACK_TOP - 0x10000), 0u);
                  user.exit(1);
              }),
              1u);
}

// ---- Memory

TEST_P(ProcessLifeTest, HeapPagesAreZeroAndFollowOneAnother) {
    EXPECT_EQ(status_of([](User& user) {
                  EXPECT_EQ(user.call(ANT_SYS_MEMORY_MAP, 1), std::int32_t{ANT_USER_HEAP});
                  EXPECT_EQ(user.call(ANT_SYS_MEMORY_MAP, 2 * page_size + 1),
                            static_cast<std::int32_t>(ANT_USER_HEAP + page_size));
                  EXPECT_EQ(user.load<int>(ANT_USER_HEAP + 3 * page_size), 0);
                  user.store(ANT_USER_HEAP + 3 * page_size, 7);
                  EXPECT_EQ(user.load<int>(ANT_USER_HEAP + 3 * page_size), 7);
                  EXPECT_FALSE(user.can_load(ANT_USER_HEAP + 4 * page_size));
                  EXPECT_EQ(user.call(ANT_SYS_MEMORY_MAP, 0), -EINVAL);
                  EXPECT_EQ(user.call(ANT_SYS_MEMORY_MAP, 0x3000'0000), -ENOMEM);
                  user.exit(1);
              }),
              1u);
}

TEST_P(ProcessLifeTest, MemoryOfAnEndedProcessIsZeroForTheNext) {
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(status_of([](User& user) {
                      constexpr std::uint32_t pages = 20;
                      user.call(ANT_SYS_MEMORY_MAP, pages * page_size);
                      const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
                      for (std::uint32_t i = 0; i < pages; ++i) {
                          EXPECT_EQ(user.load<int>(ANT_USER_HEAP + i * page_size), 0);
                          user.store(ANT_USER_HEAP + i * page_size, ~0);
                      }
                      EXPECT_EQ(user.load<int>(area), 0);
                      user.store(area, ~0);
                      user.exit(1);
                  }),
                  1u);
    }
}

TEST_P(ProcessLifeTest, AnIcaAreaIsThereUntilItIsGivenBack) {
    EXPECT_EQ(status_of([](User& user) {
                  const auto area = static_cast<std::uint32_t>(user.ica_map(page_size + 1));
                  user.store(area + 2 * page_size - 1, 'x');
                  EXPECT_FALSE(user.can_load(area + 2 * page_size));
                  EXPECT_EQ(user.ica_unmap(area + page_size), -EINVAL);
                  EXPECT_EQ(user.ica_unmap(area), 0);
                  EXPECT_FALSE(user.can_load(area));
                  EXPECT_EQ(user.ica_unmap(area), -EINVAL);
                  EXPECT_EQ(user.ica_map(0), -EINVAL);
                  EXPECT_EQ(user.ica_map(0x7000'0000), -ENOMEM);
                  user.exit(1);
              }),
              1u);
}

// ---- Consoles

TEST_P(ProcessLifeTest, WhatIsTypedIsRead) {
    std::string got;
    machine.start(core(), [&](User& user) {
        while (got.find('\n') == std::string::npos) {
            const std::int32_t size = user.call(ANT_SYS_CONSOLE_READ, User::buffer, 3);
            EXPECT_GT(size, 0);
            EXPECT_LE(size, 3);
            for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(size); ++i)
                got += user.load<char>(User::buffer + i);
        }
    });
    machine.run_for(milliseconds(20));
    EXPECT_EQ(got, "");
    machine.type(ConsoleNumber::terminal, "hello\n");
    machine.run_for(milliseconds(20));
    EXPECT_EQ(got, "hello\n");
}

TEST_P(ProcessLifeTest, WhatIsWrittenIsShown) {
    const std::string text(3000, 'x');
    machine.start(core(), [&](User& user) {
        user.call(ANT_SYS_MEMORY_MAP, 4096);
        for (std::uint32_t i = 0; i < text.size(); ++i)
            user.store(ANT_USER_HEAP + i, text[i]);
        const auto size = static_cast<std::uint32_t>(text.size());
        results = {user.call(ANT_SYS_CONSOLE_WRITE, 1, ANT_USER_HEAP, size),
                   user.call(ANT_SYS_CONSOLE_WRITE, 3, ANT_USER_HEAP, size),
                   user.call(ANT_SYS_CONSOLE_WRITE, 1, 0, size),
                   user.call(ANT_SYS_CONSOLE_WRITE, 1, ANT_USER_HEAP + 3072, size),
                   user.call(ANT_SYS_CONSOLE_WRITE, 2, ANT_USER_HEAP, 0)};
    });
    console();
    machine.run();
    EXPECT_THAT(results, ElementsAre(3000, -EBADF, -EFAULT, 1024, 0)); // as much as was readable
    EXPECT_THAT(console(), HasSubstr(text));
}

TEST_P(ProcessLifeTest, ControlCEndsTheProgramInFront) {
    std::int32_t child = 0;
    std::uint32_t status = 0;
    const std::string sleeper = machine.add_program([](User& user) { user.sleep({~0ull}); });
    machine.start(m_core, [&](User& user) {
        child = user.spawn(sleeper, core());
        EXPECT_EQ(user.call(ANT_SYS_CONSOLE_OWNER, static_cast<std::uint32_t>(child)), 0);
        status = user.wait(child).status;
        EXPECT_EQ(user.call(ANT_SYS_CONSOLE_OWNER, static_cast<std::uint32_t>(child)), -ESRCH);
    });
    machine.run_for(milliseconds(20));
    machine.type(ConsoleNumber::terminal, "\x03");
    machine.run_for(milliseconds(20));
    EXPECT_EQ(status, 128u + 2u);
}

// ---- Calls to Linux

antlinux_lca lca_with(std::uint32_t cflag) {
    antlinux_lca lca{};
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.syscallno = 39;
    lca.cflag = cflag;
    return lca;
}

TEST_P(ProcessLifeTest, ALinuxCallBlocksUntilLinuxAnswers) {
    machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(ANTLINUX_CFLAG_END));
        results.push_back(user.call(ANT_SYS_LINUX_CALL, area));
        results.push_back(static_cast<std::int32_t>(user.load<antlinux_lca>(area).retval));
    });
    machine.run();
    EXPECT_THAT(machine.take_doorbells(), ElementsAre(core().value()));
    machine.run_for(milliseconds(30));
    EXPECT_TRUE(results.empty());
    EXPECT_TRUE(machine.linux_answers(core(), 77));
    machine.run();
    EXPECT_THAT(results, ElementsAre(0, 77));
}

TEST_P(ProcessLifeTest, LcasThatAreNone) {
    machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(17));
        for (const std::uint32_t at : {0u, area, area + 1, area + page_size, User::buffer,
                                       std::uint32_t{ANTLINUX_REGION_BASE}})
            results.push_back(user.call(ANT_SYS_LINUX_CALL, at));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT, -EINVAL, -EINVAL, -EFAULT, -EFAULT, -EFAULT));
    EXPECT_FALSE(machine.linux_answers(core()));
}

// For everybody else a process that is killed while Linux works for it has ended. Its memory stays:
// Linux may still write to it.
TEST_P(ProcessLifeTest, KilledInACallToLinux) {
    std::uint32_t area = 0;
    const std::string caller = machine.add_program([&](User& user) {
        area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(ANTLINUX_CFLAG_END));
        user.call(ANT_SYS_LINUX_CALL, area);
        ADD_FAILURE() << "it goes on";
    });
    std::int32_t child = 0;
    machine.start(p_core, [&](User& user) {
        child = user.spawn(caller, core());
        user.sleep(milliseconds(5));
        results.push_back(user.kill(ProcessNumber{static_cast<std::uint32_t>(child)}));
        results.push_back(static_cast<std::int32_t>(user.wait(child).status));
        results.push_back(user.kill(ProcessNumber{static_cast<std::uint32_t>(child)}));
    });
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(0, 128 + 9, -ESRCH));
    EXPECT_TRUE(LockedIca()->find(PhysicalAddress{area}).has_value());
    EXPECT_TRUE(machine.linux_answers(core()));
    machine.run();
    EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
}

TEST_P(ProcessLifeTest, KilledBeforeItsCallToLinux) {
    const ProcessNumber number = machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(ANTLINUX_CFLAG_CONTINUE));
        user.call(ANT_SYS_LINUX_CALL, area);
        user.sleep({~0ull});
    });
    machine.run();
    EXPECT_TRUE(machine.linux_answers(core())); // the proxy sleeps on
    machine.run();
    machine.kill(number);
    machine.run();
    EXPECT_TRUE(machine.linux_answers(core())); // the null call that ends it
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
}

// A server is killed while Linux works on what it was lent: the memory is given to nobody before
// Linux has answered, and the client, whose it is, waits for that.
TEST_P(ProcessLifeTest, AServerIsKilledWhileLinuxHasWhatItWasLent) {
    const ProcessNumber server = machine.start(core(), [&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.store(message.areas[0].address, lca_with(ANTLINUX_CFLAG_END));
        user.call(ANT_SYS_LINUX_CALL, message.areas[0].address);
    });
    const auto call = [&](bool lends) {
        return [&, lends](User& user) {
            ant_message message{};
            if (lends) {
                message.area_count = 1;
                message.areas[0].address = static_cast<std::uint32_t>(user.ica_map(page_size));
                message.areas[0].use = ANT_AREA_LEND;
            }
            results.push_back(user.call_server(server, message));
        };
    };
    machine.start(p_core, call(true));
    machine.run();
    machine.start(p_core, call(false));
    machine.run();
    machine.kill(server);
    machine.run();
    EXPECT_FALSE(machine.is_alive(server));
    EXPECT_THAT(results, ElementsAre(-EPIPE)); // who lent nothing
    EXPECT_TRUE(machine.linux_answers(core()));
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPIPE, -EPIPE));
}

// ---- What the kernel tells

TEST_P(ProcessLifeTest, EveryProcessIsTold) {
    const ProcessNumber asker = machine.start(core(), [&](User& user) {
        std::uint32_t index = 0;
        bool found = false;
        while (user.call(ANT_SYS_PROCESS_INFO, index++, User::own_data) == 0) {
            const auto information = user.load<ant_process_info>(User::own_data);
            found =
                found ||
                (information.pid == user.number().value() && information.core == core().value() &&
                 information.memory_pages == slot_of(user.number()).private_pages.value());
        }
        EXPECT_TRUE(found);
        EXPECT_EQ(user.call(ANT_SYS_MEMORY_INFO, User::own_data), 0);
        EXPECT_EQ(user.load<ant_memory_info>(User::own_data).region_base, ANTLINUX_REGION_BASE);
        for (std::uint32_t i = 0; i < 3; ++i)
            EXPECT_EQ(user.call(ANT_SYS_CORE_INFO, i, User::own_data), 0);
        EXPECT_EQ(user.call(ANT_SYS_CORE_INFO, 3, User::own_data), -ESRCH);
        EXPECT_EQ(user.call(ANT_SYS_PROCESS_INFO, 0, 0), -EFAULT);
        EXPECT_EQ(user.call(ANT_SYS_COUNT), -ENOSYS);
        EXPECT_EQ(user.call(~0u), -ENOSYS);
        results.push_back(0);
    });
    machine.run();
    EXPECT_FALSE(machine.is_alive(asker));
    EXPECT_THAT(results, ElementsAre(0));
}

std::string name_of(const testing::TestParamInfo<CoreNumber>& info) {
    return info.param == m_core ? "m" : "p" + std::to_string(info.param.value());
}

INSTANTIATE_TEST_SUITE_P(Cores, ProcessLifeTest, testing::Values(m_core, p_core, q_core), name_of);

} // namespace
} // namespace ant::test
