// SPDX-License-Identifier: GPL-2.0-only
// libant's way to devices, and typed registers.
#include "fake_kernel.h"

#include <ant/lib/device.h>
#include <ant/lib/errno.h>

namespace {

class DeviceTest : public LibantTest {};

TEST_F(DeviceTest, IsFoundByItsIdOrItsPlace) {
    EXPECT_EQ(ant::find_device(0x1234, 0x11e8), 0);
    EXPECT_EQ(ant::find_device_at(0, 5, 0), 0);
    EXPECT_EQ(ant::find_device(0x1234, 0x11e9), -1);
    EXPECT_EQ(ant::last_error, ENODEV);
    EXPECT_EQ(ant::find_device_at(0, 5, 1), -1);
}

TEST_F(DeviceTest, AsksTheKernel) {
    EXPECT_EQ(ant::device_claim(0), 0);
    EXPECT_EQ(ant::device_map(0, 0), reinterpret_cast<void*>(uintptr_t{0xfea00000}));
    EXPECT_EQ(ant::device_bus_master(0, true), 0);
    EXPECT_EQ(ant::device_bus_master(0, false), 0);
    EXPECT_EQ(ant::device_interrupt(0), 0);
    EXPECT_EQ(kernel.device_calls,
              (std::vector<std::string>{"claim of 0", "map 0 of 0", "master 1 of 0",
                                        "master 0 of 0", "interrupt of 0"}));
}

TEST_F(DeviceTest, TellsWhatTheKernelRefuses) {
    kernel.device_error = EBUSY;
    EXPECT_EQ(ant::device_claim(0), -1);
    EXPECT_EQ(ant::last_error, EBUSY);
    EXPECT_EQ(ant::device_map(0, 0), nullptr);
    EXPECT_EQ(ant::device_interrupt(0), -1);
}

enum class TestRegister : uint32_t { first = 0x0, second = 0x4, last = 0xc };

TEST(Mmio, ReachesEachRegisterAtItsOffset) {
    std::array<uint32_t, 4> device = {1, 2, 3, 4};
    const ant::Mmio<TestRegister> registers(device.data());
    EXPECT_EQ(registers.read(TestRegister::first), 1u);
    EXPECT_EQ(registers.read(TestRegister::second), 2u);
    registers.write(TestRegister::last, 0xfeed);
    EXPECT_EQ(device, (std::array<uint32_t, 4>{1, 2, 3, 0xfeed}));
}

TEST(Mmio, HasTheWidthTheDeviceWants) {
    alignas(8) std::array<uint8_t, 16> device = {};
    const ant::Mmio<TestRegister, uint8_t> bytes(device.data());
    bytes.write(TestRegister::second, 0xff);
    EXPECT_EQ(device[4], 0xff);
    EXPECT_EQ(device[5], 0);
    const ant::Mmio<TestRegister, uint64_t> wide(device.data());
    EXPECT_EQ(wide.read(TestRegister::first), 0xff'0000'0000u);
}

} // namespace
