// SPDX-License-Identifier: GPL-2.0-only
// Clients, servers and those who kill them on three cores, in orders that a seed decides: the cores
// take turns at random, also in the middle of the kernel, where one sends an interrupt to another.
// Everybody gets an answer or an end, and nothing is left. On the real sources (machine/machine.h).
#include "machine/machine.h"

#include "ant/core/ica.h"
#include "ant/mkernel/process_manager.h"

namespace ant::test {
namespace {

class InterleavingTest : public MachineTest, public testing::WithParamInterface<unsigned> {
protected:
    std::uint32_t random(std::uint32_t low, std::uint32_t high) {
        return std::uniform_int_distribution<std::uint32_t>{low, high}(generator_);
    }
    CoreNumber some_core() { return ant_cores[random(0, 2)]; }

    std::uint32_t answers = 0;
    std::uint32_t errors = 0;

private:
    std::mt19937 generator_{GetParam()};
};

TEST_P(InterleavingTest, CallsAreAnswered) {
    machine.interleave(GetParam());
    std::vector<ProcessNumber> servers;
    for (const CoreNumber core : ant_cores)
        servers.push_back(machine.start(core, [](User& user) {
            ant_message message{};
            while (user.receive(message) == 0) {
                message.words[1] = message.words[0] + 1;
                user.reply(message.sender, message);
            }
        }));
    constexpr std::uint32_t clients = 9;
    constexpr std::uint32_t calls = 20;
    for (std::uint32_t i = 0; i < clients; ++i)
        machine.start(some_core(), [&, i](User& user) {
            for (std::uint32_t call = 0; call < calls; ++call) {
                ant_message message{};
                message.words[0] = i * 1000 + call;
                EXPECT_EQ(user.call_server(servers[(i + call) % servers.size()], message), 0);
                EXPECT_EQ(message.words[1], i * 1000 + call + 1);
                ++answers;
            }
        });
    machine.run();
    EXPECT_EQ(answers, clients * calls);
}

TEST_P(InterleavingTest, EveryCallEndsWhoeverIsKilled) {
    machine.interleave(GetParam());
    std::vector<ProcessNumber> servers;
    std::vector<ProcessNumber> all;
    const auto server = [this](User& user) {
        ant_message message{};
        while (user.receive(message) == 0) {
            const std::uint32_t area = message.area_count > 0 ? message.areas[0].address : 0;
            if (area != 0)
                user.store(area, user.load<std::uint32_t>(area) + 1);
            user.compute(microseconds(random(1, 200)));
            ant_message answer{};
            if (area != 0 && message.areas[0].use == ANT_AREA_MOVE) {
                answer.area_count = 1;
                answer.areas[0] = {.address = area, .size = 0, .use = ANT_AREA_MOVE};
            }
            const std::int32_t result = user.reply(message.sender, answer);
            EXPECT_TRUE(result == 0 || result == -ESRCH) << result;
            // What was not taken is here still.
            if (result != 0 && answer.area_count > 0) {
                EXPECT_EQ(user.ica_unmap(area), 0);
            }
            if (area != 0) {
                EXPECT_FALSE(user.can_load(area));
            }
        }
    };
    const auto client = [&](User& user) {
        for (int call = 0; call < 15; ++call) {
            ant_message message{};
            const std::uint32_t kind = random(0, 2);
            const std::int32_t area = kind != 0 ? user.ica_map(page_size) : 0;
            if (area > 0) {
                message.area_count = 1;
                message.areas[0] = {.address = static_cast<std::uint32_t>(area),
                                    .size = 0,
                                    .use = kind == 1 ? ANT_AREA_LEND : ANT_AREA_MOVE};
            }
            const std::int32_t result = user.call_server(servers[random(0, 3)], message);
            EXPECT_TRUE(result == 0 || result == -EPIPE || result == -ESRCH) << result;
            ++(result == 0 ? answers : errors);
            const auto at = static_cast<std::uint32_t>(area);
            if (area > 0 && user.can_load(at)) {
                if (result == 0) {
                    EXPECT_EQ(user.load<std::uint32_t>(at), 1u);
                }
                EXPECT_EQ(user.ica_unmap(at), 0);
            }
        }
    };
    for (int i = 0; i < 4; ++i)
        servers.push_back(machine.start(some_core(), server, ANT_PRIORITY_SERVER));
    for (int i = 0; i < 10; ++i)
        all.push_back(machine.start(some_core(), client));
    all.insert(all.end(), servers.begin(), servers.end());
    for (int kills = 0; kills < 8; ++kills) {
        for (std::uint32_t turns = random(0, 120); turns > 0; --turns)
            machine.turn(some_core());
        machine.kill(all[random(0, static_cast<std::uint32_t>(all.size()) - 1)]);
    }
    machine.run_for(milliseconds(100));
    for (const ProcessNumber number : all) {
        if (std::ranges::find(servers, number) == servers.end()) {
            EXPECT_FALSE(machine.is_alive(number)) << "a client is never answered";
        }
    }
    EXPECT_GT(answers + errors, 0u);
}

TEST_P(InterleavingTest, ParentsAndChildrenEndInAnyOrder) {
    machine.interleave(GetParam());
    const std::string leaf = machine.add_program([this](User& user) {
        user.compute(microseconds(random(0, 300)));
        user.exit(user.number().value() & 0x7f);
    });
    const std::string branch = machine.add_program([&, leaf](User& user) {
        std::vector<std::int32_t> children;
        for (int i = 0; i < 4; ++i) {
            const std::int32_t child = user.spawn(leaf, some_core());
            EXPECT_GT(child, 0);
            children.push_back(child);
        }
        for (const std::int32_t child : children) {
            if (random(0, 3) == 0)
                user.kill(ProcessNumber{static_cast<std::uint32_t>(child)});
            if (random(0, 3) == 0)
                continue; // not waited for
            const auto waited = user.wait(child);
            EXPECT_EQ(waited.result, child);
            EXPECT_TRUE(waited.status == (static_cast<std::uint32_t>(child) & 0x7f) ||
                        waited.status == 137)
                << waited.status;
            ++answers;
        }
        user.exit(3);
    });
    for (int i = 0; i < 6; ++i)
        machine.start(some_core(), [&, branch](User& user) {
            const std::int32_t child = user.spawn(branch, some_core());
            if (random(0, 2) == 0)
                user.kill(ProcessNumber{static_cast<std::uint32_t>(child)});
            const auto waited = user.wait(child);
            EXPECT_EQ(waited.result, child);
            EXPECT_TRUE(waited.status == 3 || waited.status == 137) << waited.status;
            ++answers;
        });
    machine.run_for(milliseconds(50));
    for (const Process& process : processes)
        EXPECT_TRUE(process.is_free());
    EXPECT_GE(answers, 6u);
}

TEST_P(InterleavingTest, WatchersHearOfEveryEnd) {
    machine.interleave(GetParam());
    std::vector<ProcessNumber> mortals;
    for (int i = 0; i < 8; ++i)
        mortals.push_back(machine.start(some_core(), [this](User& user) {
            user.sleep(milliseconds(1));
            user.compute(microseconds(random(0, 300)));
        }));
    for (const CoreNumber core : ant_cores)
        machine.start(core, [&](User& user) {
            std::set<std::uint32_t> watched;
            for (const ProcessNumber number : mortals)
                if (user.call(SystemCall::watch, number.value()) == 0)
                    watched.insert(number.value());
            ant_message message{};
            while (!watched.empty() && user.receive(message, 1'000'000'000) == 0) {
                EXPECT_EQ(message.kind, std::uint32_t{ANT_MESSAGE_ENDED});
                EXPECT_EQ(watched.erase(message.words[0]), 1u);
            }
            EXPECT_TRUE(watched.empty());
            ++answers;
        });
    machine.run_for(milliseconds(20));
    EXPECT_EQ(answers, 3u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, InterleavingTest, testing::Range(1u, 11u));

} // namespace
} // namespace ant::test
