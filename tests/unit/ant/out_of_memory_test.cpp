// SPDX-License-Identifier: GPL-2.0-only
// Out of memory is an error, at every step: each operation is tried with 0, 1, 2... frames left
// until it works, and before that has given back all it took. On the real sources
// (machine/machine.h).
#include "core_pairs.h"

#include "ant/core/ica.h"
#include "ant/mkernel/memory.h"

namespace ant::test {
namespace {

class OutOfMemoryTest : public MachineTest, public testing::WithParamInterface<CoreNumber> {
protected:
    CoreNumber core() const { return GetParam(); }
    PageCount free_frames() { return mkernel::frames.available(); }

    static PageCount private_pages() {
        PageCount all{};
        for (const Process& process : processes)
            all += process.mkernel.private_pages;
        return all;
    }

    // Calls `operation` with more and more frames until it works; how many it needed. `kept`: of
    // these processes may keep so many when it fails (page tables that stay theirs).
    std::uint32_t frames_needed(const std::function<std::int32_t()>& operation,
                                std::uint32_t most_kept = 0) {
        for (std::uint32_t frames = 0; frames < 200; ++frames) {
            machine.leave_frames(frames);
            const PageCount before = private_pages();
            const std::int32_t result = operation();
            const PageCount kept = private_pages() - before;
            if (result >= 0) {
                machine.give_frames_back();
                return frames;
            }
            EXPECT_EQ(result, -ENOMEM);
            EXPECT_LE(kept.value(), most_kept);
            EXPECT_EQ(free_frames() + kept, PageCount{frames}) << "lost with " << frames;
        }
        machine.give_frames_back();
        ADD_FAILURE() << "it never works";
        return 0;
    }

    std::uint32_t needed = 0;
    bool finished = false;
};

TEST_P(OutOfMemoryTest, Spawn) {
    const std::string child = machine.add_program([](User&) {});
    machine.start(core(), [&](User& user) {
        std::int32_t number = 0;
        needed = frames_needed([&] { return number = user.spawn(child, core()); });
        user.wait(number);
    });
    machine.run();
    // The top, a directory, tables for program and stack, three pages of program, two of stack.
    EXPECT_EQ(needed, 9u);
}

TEST_P(OutOfMemoryTest, MemoryMap) {
    machine.start(core(), [&](User& user) {
        needed = frames_needed(
            [&] {
                const std::int32_t result = user.call(SystemCall::memory_map, 5 * page_size);
                if (result < 0) {
                    EXPECT_FALSE(user.can_load(ANT_USER_HEAP));
                }
                return result;
            },
            1);
        EXPECT_EQ(user.load<int>(ANT_USER_HEAP + 4 * page_size), 0);
    });
    machine.run();
    EXPECT_EQ(needed, 5u); // the table has stayed from an earlier try
}

// Over the border between two page tables.
TEST_P(OutOfMemoryTest, MemoryMapWithTwoTables) {
    machine.start(core(), [&](User& user) {
        constexpr std::uint32_t before = 1020;
        EXPECT_GT(user.call(SystemCall::memory_map, before * page_size), 0);
        needed = frames_needed([&] { return user.call(SystemCall::memory_map, 8 * page_size); }, 1);
        EXPECT_EQ(user.load<int>(ANT_USER_HEAP + (before + 7) * page_size), 0);
    });
    machine.run();
    EXPECT_EQ(needed, 8u);
}

TEST_P(OutOfMemoryTest, IcaMap) {
    machine.start(core(), [&](User& user) {
        needed = frames_needed(
            [&] {
                const PageCount before = LockedIca()->available();
                const std::int32_t result = user.ica_map(3 * page_size);
                if (result < 0) {
                    EXPECT_EQ(LockedIca()->available(), before);
                }
                return result;
            },
            1);
    });
    machine.run();
    EXPECT_EQ(needed, 2u); // a directory of its own, and the table that splits the 2 MiB page
}

TEST_P(OutOfMemoryTest, AStackThatCannotGrowIsAFault) {
    const std::string child = machine.add_program([&](User& user) {
        machine.leave_frames(0);
        user.store(ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE, 'x');
        ADD_FAILURE() << "it goes on";
    });
    machine.start(p_core, [&](User& user) {
        const std::int32_t number = user.spawn(child, core());
        EXPECT_EQ(user.wait(number).status, 139u);
        finished = true;
    });
    machine.run();
    EXPECT_TRUE(finished);
    EXPECT_THAT(machine.take_output(ConsoleNumber::terminal),
                testing::HasSubstr("no memory is left for the stack"));
}

TEST_P(OutOfMemoryTest, TheKernelTouchesAStackThatCannotGrow) {
    machine.start(core(), [&](User& user) {
        machine.leave_frames(0);
        const std::int32_t result = user.call(SystemCall::time, ANT_USER_STACK_TOP - 0x20000);
        EXPECT_LT(result, 0);
        machine.give_frames_back();
        EXPECT_EQ(user.call(SystemCall::time, ANT_USER_STACK_TOP - 0x20000), 0);
        finished = true;
    });
    machine.run();
    EXPECT_TRUE(finished);
}

TEST_P(OutOfMemoryTest, DeviceMap) {
    machine.start(core(), [&](User& user) {
        EXPECT_EQ(user.call(SystemCall::device_claim, edu_device), 0);
        needed = frames_needed([&] { return user.call(SystemCall::device_map, edu_device, 0); }, 1);
        EXPECT_TRUE(user.can_load(edu_registers));
    });
    machine.run();
    EXPECT_EQ(needed, 2u); // a directory of its own, and a table
}

// A request brings an area, and there is no frame for the server's page table.
TEST_P(OutOfMemoryTest, ReceivingAnArea) {
    for (const std::uint32_t use : {ANT_AREA_LEND, ANT_AREA_MOVE}) {
        finished = false;
        const ProcessNumber server = machine.start(core(), [&](User& user) {
            ant_message message{};
            EXPECT_EQ(user.receive(message), 0); // the one that there was memory for
            EXPECT_EQ(user.load<int>(message.areas[0].address), 42);
            user.reply(message.sender, ant_message{});
        });
        machine.run();
        machine.start(p_core, [&](User& user) {
            const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
            user.store(area, 42);
            ant_message message{};
            message.area_count = 1;
            message.areas[0] = {.address = area, .size = 0, .use = use};
            const auto call = [&] {
                ant_message copy = message;
                const std::int32_t result = user.call_server(server, copy);
                if (result < 0) {
                    EXPECT_EQ(user.load<int>(area), 42); // nothing has moved
                }
                return result;
            };
            needed = frames_needed(call, 1);
            finished = true;
        });
        machine.run();
        EXPECT_TRUE(finished);
        EXPECT_EQ(needed, 2u);
    }
}

// A reply brings an area, and there is no frame for the client's page table: the area is lost,
// since the server has given it away.
TEST_P(OutOfMemoryTest, AnAreaInAReply) {
    const ProcessNumber server = machine.start(core(), [&](User& user) {
        ant_message message{};
        while (user.receive(message) == 0) {
            const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
            machine.leave_frames(message.words[0]);
            ant_message answer{};
            answer.area_count = 1;
            answer.areas[0] = {.address = area, .size = 0, .use = ANT_AREA_MOVE};
            EXPECT_EQ(user.reply(message.sender, answer), 0);
        }
    });
    machine.start(p_core, [&](User& user) {
        const PageCount before = LockedIca()->available();
        ant_message message{};
        EXPECT_EQ(user.call_server(server, message), -ENOMEM);
        EXPECT_EQ(LockedIca()->available(), before);
        EXPECT_EQ(slot_of(user.number()).core.ica_pages, PageCount{});
        machine.give_frames_back();
        message = {};
        message.words[0] = 2;
        EXPECT_EQ(user.call_server(server, message), 0);
        EXPECT_EQ(user.load<int>(message.areas[0].address), 0);
        machine.give_frames_back();
        finished = true;
    });
    machine.run();
    EXPECT_TRUE(finished);
}

TEST_P(OutOfMemoryTest, NoIcaIsLeft) {
    machine.start(core(), [&](User& user) {
        std::int32_t result = 0;
        std::uint32_t areas = 0;
        while ((result = user.ica_map(256 * page_size)) > 0)
            ++areas;
        EXPECT_EQ(result, -ENOMEM);
        EXPECT_EQ(areas, 4u);
        finished = true;
    });
    machine.run();
    EXPECT_TRUE(finished);
}

INSTANTIATE_TEST_SUITE_P(Cores, OutOfMemoryTest, testing::Values(m_core, q_core), name_of_core);

} // namespace
} // namespace ant::test
