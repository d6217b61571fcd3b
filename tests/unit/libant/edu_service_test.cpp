// SPDX-License-Identifier: GPL-2.0-only
// The edu driver against a device that behaves as QEMU's: it does one thing at a time, does not
// hear what is asked of it meanwhile, and keeps interrupt bits until they are acknowledged.
#include <ant/servers/edu/service.h>
#include <cstring>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <vector>

namespace ant::edu {
namespace {

class FakeEdu {
public:
    uint32_t read(Register which) {
        switch (which) {
        case Register::identification:
            return identity;
        case Register::status:
            return status | (computing_n ? computing : 0u);
        case Register::interrupt_status:
            return pending;
        case Register::factorial:
            return factorial;
        case Register::dma_command:
            return registers[which];
        default:
            ADD_FAILURE() << "read of register " << static_cast<uint32_t>(which);
            return 0;
        }
    }
    void write(Register which, uint32_t value) {
        switch (which) {
        case Register::factorial:
            if (computing_n) {
                ADD_FAILURE() << "written while it computes";
                return;
            }
            computing_n = value;
            break;
        case Register::status:
            status = value & interrupt_when_computed;
            break;
        case Register::acknowledge:
            pending &= ~value;
            break;
        default:
            EXPECT_GE(which, Register::dma_source);
            EXPECT_EQ(registers[Register::dma_command] & dma_start, 0u) << "busy with DMA";
            registers[which] = value;
        }
    }
    /// What it was asked to do is done. True: it interrupts.
    bool work() {
        if (computing_n) {
            factorial = 1;
            for (uint32_t i = 2; i <= *computing_n; i++)
                factorial *= i;
            computing_n.reset();
            if ((status & interrupt_when_computed) == 0)
                return false;
            pending |= factorial_done;
            return true;
        }
        const uint32_t command = registers[Register::dma_command];
        if ((command & dma_start) == 0)
            return false;
        registers[Register::dma_command] &= ~uint32_t{dma_start};
        if ((command & dma_interrupt) == 0)
            return false;
        pending |= dma_done;
        return true;
    }

    uint32_t identity = 0x0100'00ed;
    uint32_t status = 0;
    uint32_t pending = 0;
    uint32_t factorial = 0;
    std::optional<uint32_t> computing_n;
    std::map<Register, uint32_t> registers;
};

struct FakeRegisters {
    FakeEdu* edu;
    [[nodiscard]] uint32_t read(Register which) const { return edu->read(which); }
    void write(Register which, uint32_t value) const { edu->write(which, value); }
};

class EduServiceTest : public testing::Test {
protected:
    EduServiceTest() { service.begin(); }

    static ant_message factorial_of(uint32_t n, uint32_t client = 7) {
        return request(Operation::factorial, n, client);
    }
    static ant_message request(Operation operation, uint32_t value, uint32_t client) {
        ant_message message = {};
        message.sender = client;
        message.words[0] = static_cast<uint32_t>(operation);
        message.words[1] = value;
        return message;
    }
    static ant_message dma(Operation operation, uint32_t bytes, uint32_t area_size = 4096) {
        ant_message message = request(operation, bytes, 7);
        message.area_count = 1;
        message.areas[0] = {.address = 0x5000'0000, .size = area_size, .use = ANT_AREA_LEND};
        return message;
    }
    void expect_refused(const ant_message& message, int error) {
        const auto answer = service.request(message);
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(static_cast<int32_t>(answer->message.words[0]), -error);
        EXPECT_EQ(answer->client, message.sender);
        EXPECT_FALSE(edu.work()) << "it was not to be started";
    }

    FakeEdu edu;
    Service<FakeRegisters> service{FakeRegisters{&edu}};
};

TEST_F(EduServiceTest, KnowsTheDevice) {
    EXPECT_TRUE(service.is_edu());
    edu.identity = 0xffff'ffff; // nobody there
    EXPECT_FALSE(service.is_edu());
}

TEST_F(EduServiceTest, ResultComesWithTheInterrupt) {
    EXPECT_EQ(service.request(factorial_of(10)), std::nullopt);
    EXPECT_TRUE(service.is_busy());
    ASSERT_TRUE(edu.work());
    const auto answer = service.interrupt();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->client, 7u);
    EXPECT_EQ(answer->message.words[0], 0u);
    EXPECT_EQ(answer->message.words[1], 3628800u);
    EXPECT_EQ(edu.pending, 0u);
    EXPECT_FALSE(service.is_busy());
}

TEST_F(EduServiceTest, RequestsWaitTheirTurn) {
    for (uint32_t client = 1; client <= Service<FakeRegisters>::capacity; client++)
        EXPECT_EQ(service.request(factorial_of(client % 13, client)), std::nullopt);
    const auto refused = service.request(factorial_of(3, 99));
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(static_cast<int32_t>(refused->message.words[0]), -EAGAIN);
    uint32_t client = 1;
    while (edu.work()) {
        const auto answer = service.interrupt();
        ASSERT_TRUE(answer.has_value());
        EXPECT_EQ(answer->client, client++);
    }
    EXPECT_EQ(client, Service<FakeRegisters>::capacity + 1);
}

TEST_F(EduServiceTest, AnInterruptForNobodyIsAcknowledged) {
    edu.pending = factorial_done | dma_done;
    EXPECT_EQ(service.interrupt(), std::nullopt);
    EXPECT_EQ(edu.pending, 0u);
}

TEST_F(EduServiceTest, AnotherInterruptIsNotTheAnswer) {
    EXPECT_EQ(service.request(factorial_of(3)), std::nullopt);
    edu.pending = dma_done;
    EXPECT_EQ(service.interrupt(), std::nullopt);
    ASSERT_TRUE(edu.work());
    EXPECT_EQ(service.interrupt()->message.words[1], 6u);
}

TEST_F(EduServiceTest, BeginsWithoutOldInterrupts) {
    edu.pending = factorial_done;
    service.begin();
    EXPECT_EQ(edu.pending, 0u);
}

TEST_F(EduServiceTest, WrongRequestsDoNotReachTheDevice) {
    expect_refused(factorial_of(13), ERANGE);
    expect_refused(request(Operation{0}, 1, 7), ENOSYS);
    expect_refused(request(Operation{99}, 1, 7), ENOSYS);
    expect_refused(request(Operation::to_device, 1, 7), EINVAL); // no area
    expect_refused(dma(Operation::to_device, 0), EINVAL);
    expect_refused(dma(Operation::to_device, 4096, 8192), EINVAL); // QEMU would end
    expect_refused(dma(Operation::from_device, 17, 16), EINVAL);
    ant_message moved = dma(Operation::to_device, 1);
    moved.areas[0].use = ANT_AREA_MOVE;
    expect_refused(moved, EINVAL);
    ant_message two = dma(Operation::to_device, 1);
    two.area_count = 2;
    expect_refused(two, EINVAL);
}

TEST_F(EduServiceTest, DmaToTheDeviceAndBack) {
    EXPECT_EQ(service.request(dma(Operation::to_device, 4095)), std::nullopt);
    EXPECT_EQ(edu.registers[Register::dma_source], 0x5000'0000u);
    EXPECT_EQ(edu.registers[Register::dma_destination], buffer_address);
    EXPECT_EQ(edu.registers[Register::dma_count], 4095u);
    EXPECT_EQ(edu.registers[Register::dma_command], uint32_t{dma_start} | dma_interrupt);
    ASSERT_TRUE(edu.work());
    EXPECT_EQ(service.interrupt()->message.words[0], 0u);

    EXPECT_EQ(service.request(dma(Operation::from_device, 1, 1)), std::nullopt);
    EXPECT_EQ(edu.registers[Register::dma_source], buffer_address);
    EXPECT_EQ(edu.registers[Register::dma_destination], 0x5000'0000u);
    EXPECT_EQ(edu.registers[Register::dma_command],
              uint32_t{dma_start} | dma_from_device | dma_interrupt);
    ASSERT_TRUE(edu.work());
    EXPECT_EQ(service.interrupt()->client, 7u);
}

} // namespace
} // namespace ant::edu
