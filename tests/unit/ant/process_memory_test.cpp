// SPDX-License-Identifier: GPL-2.0-only
// A process's faults, memory and console. On the real sources (machine/machine.h).
#include "process_fixture.h"

#include "ant/arch/x86/interrupt_table.h"
#include "ant/core/ica.h"
#include "ant/mkernel/memory.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ProcessMemoryTest : public ProcessLifeTest {};

// ---- Faults

TEST_P(ProcessMemoryTest, AFaultEndsTheProcessAndSaysWhy) {
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
        {139, "write to 0x00400000 (read-only memory: its code)",
         [](User& user) { user.store(ANT_USER_BASE, 'x'); }},
        {139, "(data, not code)", [](User& user) { user.execute(User::buffer); }},
        {139, "(data, not code)", [](User& user) { user.execute(ANT_USER_STACK_TOP - 16); }},
        {139, "(data, not code)",
         [](User& user) {
             user.call(SystemCall::memory_map, 1);
             user.execute(ANT_USER_HEAP);
         }},
        {139, "(data, not code)",
         [](User& user) { user.execute(static_cast<std::uint32_t>(user.ica_map(1))); }},
        {139, "execution of 0x40000000 (kernel memory",
         [](User& user) { user.execute(ANTLINUX_REGION_BASE); }},
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

TEST_P(ProcessMemoryTest, TheStackGrowsWhereItIsTouched) {
    EXPECT_EQ(status_of([&](User& user) {
                  const PageCount before = slot_of(user.number()).mkernel.private_pages;
                  user.store(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE, 'x'); // the far end first
                  EXPECT_EQ(user.load<char>(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE), 'x');
                  EXPECT_EQ(user.load<int>(ANT_USER_STACK_TOP - 0x8000), 0); // a page of zeros
                  EXPECT_EQ(slot_of(user.number()).mkernel.private_pages - before, PageCount{2});
                  // The kernel touches it, too.
                  EXPECT_EQ(user.call(SystemCall::time, ANT_USER_STACK_TOP - 0x10000), 0);
                  EXPECT_GT(user.load<std::uint64_t>(ANT_USER_STACK_TOP - 0x10000), 0u);
                  user.exit(1);
              }),
              1u);
}

// ---- Memory

TEST_P(ProcessMemoryTest, HeapPagesAreZeroAndFollowOneAnother) {
    EXPECT_EQ(status_of([](User& user) {
                  EXPECT_EQ(user.call(SystemCall::memory_map, 1), std::int32_t{ANT_USER_HEAP});
                  EXPECT_EQ(user.call(SystemCall::memory_map, 2 * page_size + 1),
                            static_cast<std::int32_t>(ANT_USER_HEAP + page_size));
                  EXPECT_EQ(user.load<int>(ANT_USER_HEAP + 3 * page_size), 0);
                  user.store(ANT_USER_HEAP + 3 * page_size, 7);
                  EXPECT_EQ(user.load<int>(ANT_USER_HEAP + 3 * page_size), 7);
                  EXPECT_FALSE(user.can_load(ANT_USER_HEAP + 4 * page_size));
                  EXPECT_EQ(user.call(SystemCall::memory_map, 0), -EINVAL);
                  EXPECT_EQ(user.call(SystemCall::memory_map, 0x3000'0000), -ENOMEM);
                  user.exit(1);
              }),
              1u);
}

TEST_P(ProcessMemoryTest, WhileOneIsGivenMuchOthersAreServed) {
    constexpr std::uint32_t much = 8u << 20;
    std::vector<std::string> order;
    const PageCount before = mkernel::frames.available();
    machine.start(core(), [&](User& user) {
        EXPECT_EQ(user.call(SystemCall::memory_map, much), std::int32_t{ANT_USER_HEAP});
        order.emplace_back("much");
        EXPECT_EQ(user.load<int>(ANT_USER_HEAP + much - sizeof(int)), 0);
        EXPECT_FALSE(user.can_load(ANT_USER_HEAP + much));
    });
    machine.start(q_core, [&](User& user) {
        for (int i = 0; i < 3; ++i)
            EXPECT_GT(user.call(SystemCall::memory_map, 1), 0);
        order.emplace_back("little");
    });
    machine.interleave(1); // else a core's turn lasts until no interrupt is pending
    machine.run();
    machine.interleave(std::nullopt);
    EXPECT_THAT(order, ElementsAre("little", "much"));
    EXPECT_EQ(mkernel::frames.available(), before);
}

TEST_P(ProcessMemoryTest, WhatCannotBeGivenInFullIsTakenBack) {
    const auto all = static_cast<std::uint32_t>(mkernel::frames.available().bytes());
    machine.start(core(), [&](User& user) {
        const PageCount before = slot_of(user.number()).mkernel.private_pages;
        EXPECT_EQ(user.call(SystemCall::memory_map, all), -ENOMEM);
        EXPECT_FALSE(user.can_load(ANT_USER_HEAP));
        // Except for page tables.
        EXPECT_LT(slot_of(user.number()).mkernel.private_pages - before, PageCount{32});
        EXPECT_EQ(user.call(SystemCall::memory_map, 1), std::int32_t{ANT_USER_HEAP});
    });
    machine.run();
}

TEST_P(ProcessMemoryTest, AProcessCanBeKilledWhileItIsGivenMuch) {
    const PageCount before = mkernel::frames.available();
    const auto process =
        machine.start(core(), [](User& user) { user.call(SystemCall::memory_map, 8u << 20); });
    while (mkernel::frames.available() > before - PageCount{500})
        EXPECT_TRUE(machine.turn(core()) || machine.turn(m_core));
    machine.kill(process);
    machine.run();
    EXPECT_FALSE(machine.is_alive(process));
    EXPECT_EQ(mkernel::frames.available(), before);
}

TEST_P(ProcessMemoryTest, MemoryOfAnEndedProcessIsZeroForTheNext) {
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(status_of([](User& user) {
                      constexpr std::uint32_t pages = 20;
                      user.call(SystemCall::memory_map, pages * page_size);
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

TEST_P(ProcessMemoryTest, AnIcaAreaIsThereUntilItIsGivenBack) {
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

TEST_P(ProcessMemoryTest, WhatIsTypedIsRead) {
    std::string got;
    machine.start(core(), [&](User& user) {
        while (got.find('\n') == std::string::npos) {
            const std::int32_t size = user.call(SystemCall::console_read, User::buffer, 3);
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

TEST_P(ProcessMemoryTest, WhatIsWrittenIsShown) {
    const std::string text(3000, 'x');
    machine.start(core(), [&](User& user) {
        user.call(SystemCall::memory_map, 4096);
        for (std::uint32_t i = 0; i < text.size(); ++i)
            user.store(ANT_USER_HEAP + i, text[i]);
        const auto size = static_cast<std::uint32_t>(text.size());
        results = {user.call(SystemCall::console_write, 1, ANT_USER_HEAP, size),
                   user.call(SystemCall::console_write, 3, ANT_USER_HEAP, size),
                   user.call(SystemCall::console_write, 1, 0, size),
                   user.call(SystemCall::console_write, 1, ANT_USER_HEAP + 3072, size),
                   user.call(SystemCall::console_write, 2, ANT_USER_HEAP, 0)};
    });
    console();
    machine.run();
    EXPECT_THAT(results, ElementsAre(3000, -EBADF, -EFAULT, 1024, 0)); // as much as was readable
    EXPECT_THAT(console(), HasSubstr(text));
}

TEST_P(ProcessMemoryTest, AProcessAsksWhatItMayAccess) {
    machine.start(core(), [&](User& user) {
        const auto may = [&](std::uint32_t address, std::uint32_t bytes, bool write) {
            return user.call(SystemCall::memory_check, address, bytes, write) == 0;
        };
        EXPECT_TRUE(may(User::own_data, 16, true) && may(User::own_data, 16, false));
        EXPECT_TRUE(may(ANT_USER_BASE, 16, false));
        EXPECT_FALSE(may(ANT_USER_BASE, 16, true)) << "code";
        EXPECT_TRUE(may(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE, 16, true)) << "it grows";
        EXPECT_FALSE(may(ANT_USER_STACK_TOP - 8, 16, true)) << "the end of it lies elsewhere";
        EXPECT_FALSE(may(0, 1, false) || may(ANTLINUX_REGION_BASE, 1, false));
        EXPECT_FALSE(may(0xffff'fff0, 0x20, false)) << "it wraps around";
        EXPECT_TRUE(may(0, 0, true)) << "nothing is accessed";
        results.push_back(user.call(SystemCall::memory_check, 0, 1, 0));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT));
}

TEST_P(ProcessMemoryTest, ControlCEndsTheProgramInFront) {
    std::int32_t child = 0;
    std::uint32_t status = 0;
    const std::string sleeper = machine.add_program([](User& user) { user.sleep({~0ull}); });
    machine.start(m_core, [&](User& user) {
        child = user.spawn(sleeper, core());
        EXPECT_EQ(user.call(SystemCall::console_owner, static_cast<std::uint32_t>(child)), 0);
        status = user.wait(child).status;
        EXPECT_EQ(user.call(SystemCall::console_owner, static_cast<std::uint32_t>(child)), -ESRCH);
    });
    machine.run_for(milliseconds(20));
    machine.type(ConsoleNumber::terminal, "\x03");
    machine.run_for(milliseconds(20));
    EXPECT_EQ(status, 128u + 2u);
}

INSTANTIATE_TEST_SUITE_P(Cores, ProcessMemoryTest, testing::Values(m_core, p_core, q_core),
                         name_of_core);

} // namespace
} // namespace ant::test
