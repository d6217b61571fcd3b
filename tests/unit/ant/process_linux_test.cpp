// SPDX-License-Identifier: GPL-2.0-only
// A process's calls to Linux, and its end while Linux works for it. On the real sources
// (machine/machine.h).
#include "process_fixture.h"

#include "ant/core/ica.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

class ProcessLinuxTest : public ProcessLifeTest {};

// ---- Calls to Linux

antlinux_lca lca_with(std::uint32_t cflag) {
    antlinux_lca lca{};
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.syscallno = 39;
    lca.cflag = static_cast<antlinux_u16>(cflag);
    return lca;
}

TEST_P(ProcessLinuxTest, ALinuxCallBlocksUntilLinuxAnswers) {
    machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(ANTLINUX_CFLAG_END));
        results.push_back(user.call(SystemCall::linux_call, area));
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

TEST_P(ProcessLinuxTest, LcasThatAreNone) {
    machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(17));
        for (const std::uint32_t at : {0u, area, area + 1, area + page_size, User::buffer,
                                       std::uint32_t{ANTLINUX_REGION_BASE}})
            results.push_back(user.call(SystemCall::linux_call, at));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT, -EINVAL, -EINVAL, -EFAULT, -EFAULT, -EFAULT));
    EXPECT_FALSE(machine.linux_answers(core()));
}

// Each area changes hands as a whole, and takes its LCAs along.
TEST_P(ProcessLinuxTest, AnLcaInTwoAreasIsNone) {
    machine.start(core(), [&](User& user) {
        const auto first = static_cast<std::uint32_t>(user.ica_map(page_size));
        const auto second = static_cast<std::uint32_t>(user.ica_map(page_size));
        EXPECT_EQ(second, first + page_size);
        const std::uint32_t across = second - ANTLINUX_LCA_ALIGN;
        user.store(across, lca_with(ANTLINUX_CFLAG_END));
        results.push_back(user.call(SystemCall::linux_call, across));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT));
    EXPECT_FALSE(machine.linux_answers(core()));
}

// The area is its owner's again when the server replies: no proxy may then be bound to it.
TEST_P(ProcessLinuxTest, NoProxyIsKeptForAnLcaInBorrowedMemory) {
    const ProcessNumber server = machine.start(core(), [&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        for (const std::uint32_t cflag : {ANTLINUX_CFLAG_CONTINUE, ANTLINUX_CFLAG_END}) {
            user.store(message.areas[0].address, lca_with(cflag));
            results.push_back(user.call(SystemCall::linux_call, message.areas[0].address));
        }
        EXPECT_EQ(user.reply(message.sender, ant_message{}), 0);
    });
    machine.start(p_core, [&](User& user) {
        ant_message message{};
        message.area_count = 1;
        message.areas[0].address = static_cast<std::uint32_t>(user.ica_map(page_size));
        message.areas[0].use = ANT_AREA_LEND;
        const std::uint32_t area = message.areas[0].address;
        EXPECT_EQ(user.call_server(server, message), 0);
        EXPECT_EQ(user.ica_unmap(area), 0);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT));
    EXPECT_TRUE(machine.linux_answers(core()));
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EFAULT, 0));
}

// For everybody else a process that is killed while Linux works for it has ended. Its part of the
// ICA stays: Linux may still write to it. Its private memory is free at once, except for page
// tables.
TEST_P(ProcessLinuxTest, KilledInACallToLinux) {
    std::uint32_t area = 0;
    std::uint32_t pages = 0;
    constexpr std::uint32_t most_tables = 8;
    const std::string caller = machine.add_program([&](User& user) {
        EXPECT_EQ(user.call(SystemCall::memory_map, 40 * page_size), std::int32_t{ANT_USER_HEAP});
        area = static_cast<std::uint32_t>(user.ica_map(page_size));
        pages = slot_of(user.number()).mkernel.private_pages.value();
        user.store(area, lca_with(ANTLINUX_CFLAG_END));
        user.call(SystemCall::linux_call, area);
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
    const Process& killed = slot_of(ProcessNumber{static_cast<std::uint32_t>(child)});
    EXPECT_GT(pages, 40u);
    EXPECT_LE(killed.mkernel.private_pages.value(), most_tables);
    EXPECT_TRUE(machine.linux_answers(core()));
    machine.run();
    EXPECT_FALSE(LockedIca()->find(PhysicalAddress{area}).has_value());
}

TEST_P(ProcessLinuxTest, KilledBeforeItsCallToLinux) {
    const ProcessNumber number = machine.start(core(), [&](User& user) {
        const auto area = static_cast<std::uint32_t>(user.ica_map(page_size));
        user.store(area, lca_with(ANTLINUX_CFLAG_CONTINUE));
        user.call(SystemCall::linux_call, area);
        user.sleep({~0ull});
    });
    machine.run();
    EXPECT_TRUE(machine.linux_answers(core())); // the proxy sleeps on
    machine.run();
    machine.kill(number);
    machine.run();
    EXPECT_TRUE(machine.linux_answers(core())); // what ends it
    machine.run();
    EXPECT_FALSE(machine.is_alive(number));
}

// A server is killed while Linux works on what it was lent: the memory is given to nobody before
// Linux has answered, and the client, whose it is, waits for that.
TEST_P(ProcessLinuxTest, AServerIsKilledWhileLinuxHasWhatItWasLent) {
    const ProcessNumber server = machine.start(core(), [&](User& user) {
        ant_message message{};
        EXPECT_EQ(user.receive(message), 0);
        user.store(message.areas[0].address, lca_with(ANTLINUX_CFLAG_END));
        user.call(SystemCall::linux_call, message.areas[0].address);
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

INSTANTIATE_TEST_SUITE_P(Cores, ProcessLinuxTest, testing::Values(m_core, p_core, q_core),
                         name_of_core);

} // namespace
} // namespace ant::test
