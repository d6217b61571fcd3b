// SPDX-License-Identifier: GPL-2.0-only
// A driver is a process: it claims a device, sees its registers, and gets the device's interrupts
// as messages. On the real sources (machine/machine.h).
#include "core_pairs.h"

#include "ant/core/device_interrupt.h"
#include "ant/mkernel/log.h"

namespace ant::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t bus_master = 1u << 2;
constexpr auto a_tick = milliseconds(11); // after it the m-kernel has looked at everything

class DeviceProcessTest : public MachineTest, public testing::WithParamInterface<CoreNumber> {
protected:
    CoreNumber core() const { return GetParam(); }
    std::string log_text() {
        std::string text;
        std::array<char, 512> piece{};
        while (const std::size_t bytes = read_log(text.size(), piece))
            text.append(piece.data(), bytes);
        return text;
    }
    // A driver that has claimed the device and gets its interrupts.
    static void drive(User& user) {
        EXPECT_EQ(user.call(SystemCall::device_claim, edu_device), 0);
        EXPECT_EQ(user.call(SystemCall::device_interrupt, edu_device), 0);
    }

    std::vector<std::int32_t> results;
    std::vector<std::uint32_t> received;
};

TEST_P(DeviceProcessTest, ADeviceHasOneDriver) {
    machine.start(core(), [&](User& user) {
        results.push_back(user.call(SystemCall::device_claim, edu_device));
        results.push_back(user.call(SystemCall::device_claim, edu_device)); // its own already
        user.sleep(milliseconds(5));
    });
    machine.run();
    machine.start(p_core, [&](User& user) {
        results.push_back(user.call(SystemCall::device_claim, edu_device));
        results.push_back(user.call(SystemCall::device_claim, 2));
        results.push_back(user.call(SystemCall::device_claim, ~0u));
        user.sleep(milliseconds(10)); // the driver has ended
        results.push_back(user.call(SystemCall::device_claim, edu_device));
    });
    machine.run_for(milliseconds(11));
    EXPECT_THAT(results, ElementsAre(0, 0, -EBUSY, -ENODEV, -ENODEV, 0));
}

TEST_P(DeviceProcessTest, OnlyWithTheRightItCanBeClaimed) {
    const auto claim = [&](User& user) {
        results.push_back(user.call(SystemCall::device_claim, edu_device));
        results.push_back(user.call(SystemCall::device_claim, 9));
    };
    machine.start(core(), claim, ANT_PRIORITY_NORMAL, ANT_RIGHT_PROCESSES);
    machine.run();
    machine.start(core(), claim, ANT_PRIORITY_NORMAL, ANT_RIGHT_DEVICES);
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -ENODEV, 0, -ENODEV));
}

TEST_P(DeviceProcessTest, OnlyTheDriverMayUseIt) {
    machine.start(core(), [&](User& user) {
        results.push_back(user.call(SystemCall::device_map, edu_device, 0));
        results.push_back(user.call(SystemCall::device_master, edu_device, 1));
        results.push_back(user.call(SystemCall::device_interrupt, edu_device));
        results.push_back(user.call(SystemCall::device_map, 9, 0));
        EXPECT_FALSE(user.can_load(edu_registers));
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-EPERM, -EPERM, -EPERM, -ENODEV));
    EXPECT_EQ(machine.device(edu_device).command() & bus_master, 0u);
}

TEST_P(DeviceProcessTest, TheDriverSeesTheRegisters) {
    machine.start(core(), [&](User& user) {
        EXPECT_EQ(user.call(SystemCall::device_claim, edu_device), 0);
        results = {user.call(SystemCall::device_map, edu_device, 0),
                   user.call(SystemCall::device_map, edu_device, 0), // twice is once
                   user.call(SystemCall::device_map, edu_device, 1), // there is none
                   user.call(SystemCall::device_map, edu_device, 6)};
        EXPECT_TRUE(user.can_load(edu_registers));
        EXPECT_TRUE(user.can_load(edu_registers + (1u << 20) - 1));
        EXPECT_FALSE(user.can_load(edu_registers + (1u << 20)));
        // They are no memory that the kernel would copy from or to.
        EXPECT_EQ(user.call(SystemCall::time, edu_registers), -EFAULT);
        EXPECT_EQ(user.call(SystemCall::console_write, 1, edu_registers, 4), -EFAULT);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(0, 0, -ENODEV, -ENODEV));
}

TEST_P(DeviceProcessTest, AnInterruptIsAMessage) {
    machine.start(core(), [&](User& user) {
        drive(user);
        ant_message message{};
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(user.receive(message), 0);
            EXPECT_EQ(message.kind, std::uint32_t{ANT_MESSAGE_INTERRUPT});
            EXPECT_EQ(message.sender, 0u);
            received.push_back(message.words[0]);
        }
    });
    machine.run();
    EXPECT_THAT(received, IsEmpty());
    for (int i = 0; i < 2; ++i) {
        machine.device_interrupts(edu_device);
        EXPECT_TRUE(machine.core(core()).pending.test(device_vector(edu_device).value()));
        machine.run();
        EXPECT_EQ(received.size(), static_cast<std::size_t>(i) + 1);
    }
    EXPECT_THAT(received, testing::Each(1u << edu_device));
}

TEST_P(DeviceProcessTest, AnInterruptBeforeReceiveIsNotLost) {
    const std::uint32_t before = device_interrupts(edu_device);
    machine.start(core(), [&](User& user) {
        drive(user);
        user.sleep(milliseconds(5));
        ant_message message{};
        results.push_back(user.receive(message, 0));
        received.push_back(message.words[0]);
        results.push_back(user.receive(message, 0));
    });
    machine.run();
    for (int i = 0; i < 3; ++i) { // three, and one message
        machine.device_interrupts(edu_device);
        machine.run();
    }
    EXPECT_EQ(device_interrupts(edu_device) - before, 3u);
    machine.run_for(milliseconds(6));
    EXPECT_THAT(results, ElementsAre(0, -ETIMEDOUT));
    EXPECT_THAT(received, ElementsAre(1u << edu_device));
}

TEST_P(DeviceProcessTest, AnInterruptPreemptsALessUrgentProcess) {
    std::uint64_t at = 0;
    machine.start(
        core(),
        [&](User& user) {
            drive(user);
            ant_message message{};
            EXPECT_EQ(user.receive(message), 0);
            at = user.time();
        },
        ANT_PRIORITY_SERVER);
    machine.run();
    std::uint64_t raised = 0;
    machine.start(core(), [&](User& user) {
        user.compute(milliseconds(1));
        raised = user.time();
        machine.device_interrupts(edu_device);
        user.compute(milliseconds(5));
        EXPECT_NE(at, 0u);
    });
    machine.run();
    EXPECT_EQ(at, raised);
}

TEST_P(DeviceProcessTest, ADeviceWithoutMessagesHasNoInterrupts) {
    machine.start(core(), [&](User& user) {
        EXPECT_EQ(user.call(SystemCall::device_claim, plain_device), 0);
        results.push_back(user.call(SystemCall::device_interrupt, plain_device));
        EXPECT_EQ(device_lines[plain_device].driver, nullptr);
        EXPECT_EQ(user.call(SystemCall::device_master, plain_device, 1), 0);
        EXPECT_EQ(machine.device(plain_device).command() & bus_master, bus_master);
        EXPECT_EQ(user.call(SystemCall::device_master, plain_device, 0), 0);
        EXPECT_EQ(machine.device(plain_device).command() & bus_master, 0u);
    });
    machine.run();
    EXPECT_THAT(results, ElementsAre(-ENODEV));
}

TEST_P(DeviceProcessTest, ADriverThatEndsLeavesAQuietDevice) {
    const ProcessNumber driver = machine.start(core(), [&](User& user) {
        drive(user);
        ant_message message{};
        user.receive(message);
    });
    machine.run();
    EXPECT_EQ(machine.device(edu_device).command() & bus_master, bus_master);
    machine.kill(driver);
    machine.run();
    EXPECT_EQ(machine.device(edu_device).command() & bus_master, 0u);
    machine.device_interrupts(edu_device);
    EXPECT_FALSE(machine.core(core()).pending.any());
    // One that was on its way then finds nobody, and says so.
    machine.raise(core(), device_vector(edu_device));
    machine.run_for(a_tick);
    EXPECT_THAT(log_text(), HasSubstr("a device interrupts, but nobody drives it here"));
}

TEST_P(DeviceProcessTest, AnInterruptOnItsWayToAnotherCoresDriver) {
    for (const CoreNumber other : ant_cores) {
        if (other == core())
            continue;
        const ProcessNumber driver = machine.start(other, [&](User& user) {
            drive(user);
            ant_message message{};
            received.push_back(static_cast<std::uint32_t>(-user.receive(message, 1'000'000)));
        });
        machine.run();
        machine.raise(core(), device_vector(edu_device));
        machine.run_for(milliseconds(2));
        EXPECT_FALSE(machine.is_alive(driver));
    }
    EXPECT_THAT(received, ElementsAre(ETIMEDOUT, ETIMEDOUT));
}

// The m-kernel writes it into the log, on its timer.
TEST_P(DeviceProcessTest, AnInterruptThatNobodyExpectsIsLogged) {
    machine.raise(core(), Vector{0x77});
    machine.run_for(a_tick);
    EXPECT_THAT(log_text(), HasSubstr("core " + std::to_string(core().value()) +
                                      ": an interrupt that nobody expected: vector (0x77)"));
}

TEST_P(DeviceProcessTest, RemarksComeOneAtATime) {
    // Before the m-kernel looks: the second one is dropped, a later one is not.
    const std::size_t begin = log_text().size();
    const auto count = [&](const std::string& what) {
        const std::string text = log_text().substr(begin);
        int found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos;
             at = text.find(what, at + 1))
            ++found;
        return found;
    };
    for (const std::uint32_t vector : {0x78u, 0x79u}) {
        machine.raise(core(), Vector{vector});
        while (machine.turn(core())) {
        }
    }
    machine.run_for(a_tick);
    EXPECT_EQ(count("vector (0x78)"), 1);
    EXPECT_EQ(count("vector (0x79)"), 0);
    machine.raise(core(), Vector{0x7a});
    machine.run_for(a_tick);
    EXPECT_EQ(count("vector (0x7a)"), 1);
}

INSTANTIATE_TEST_SUITE_P(Cores, DeviceProcessTest, testing::Values(m_core, p_core), name_of_core);

} // namespace
} // namespace ant::test
