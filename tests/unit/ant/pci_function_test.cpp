// SPDX-License-Identifier: GPL-2.0-only
// Configuration registers of a PCI function: sizing, capabilities, MSI, silence.
#include "ant/arch/x86/pci_function.h"

#include "fake_pci_device.h"

namespace ant::x86 {
namespace {

using test::FakePciDevice;
using test::FakePciSpace;
using Kind = PciBar::Kind;

constexpr std::uint32_t memory_enable = 1u << 1;
constexpr std::uint32_t bus_master = 1u << 2;
constexpr std::uint32_t line_interrupt_off = 1u << 10;

class PciFunctionTest : public testing::Test {
protected:
    FakePciDevice device;
    PciFunction<FakePciSpace> function{FakePciSpace{&device}};
};

TEST(MsiMessage, NamesOneCorePhysically) {
    EXPECT_EQ(MsiMessage::to(CoreNumber{0}, Vector{0x20}), (MsiMessage{0xfee0'0000, 0x20}));
    EXPECT_EQ(MsiMessage::to(CoreNumber{3}, Vector{0x61}), (MsiMessage{0xfee0'3000, 0x61}));
    EXPECT_EQ(MsiMessage::to(CoreNumber{254}, Vector{0xff}), (MsiMessage{0xfeef'e000, 0xff}));
}

TEST(MsiMessage, NeverEverybodyAndNeverAnException) {
    EXPECT_PANIC((void)MsiMessage::to(CoreNumber{255}, Vector{0x60}), "core.value()");
    EXPECT_PANIC((void)MsiMessage::to(CoreNumber{1}, Vector{0x1f}), "vector.value()");
    EXPECT_PANIC((void)MsiMessage::to(CoreNumber{1}, Vector{0x100}), "vector.value()");
}

TEST_F(PciFunctionTest, MeasuresBarsAndLeavesThemAsTheyWere) {
    device.set(0x04, 0x0010'0003);
    device.add_bar(0, 0xfea0'0000, 0xfff0'0000);
    device.add_bar(1, 0xc001, 0xffe0); // 32 ports
    device.add_bar(2, 0xe000'000c, 0xff00'0000);
    device.add_bar(3, 0x0000'0001, 0xffff'ffff); // the upper half of the one before
    const auto bars = function.measure_bars();
    EXPECT_EQ(bars[0], (PciBar{Kind::memory, 0xfea0'0000, 0x10'0000}));
    EXPECT_EQ(bars[1], (PciBar{Kind::port, 0xc000, 32}));
    EXPECT_EQ(bars[2], (PciBar{Kind::memory, 0x1'e000'0000, 0x100'0000}));
    for (const std::uint32_t none : {3u, 4u, 5u})
        EXPECT_EQ(bars[none], PciBar{});
    EXPECT_EQ(device.read(0x10), 0xfea0'0000u);
    EXPECT_EQ(device.read(0x14), 0xc001u);
    EXPECT_EQ(device.read(0x18), 0xe000'000cu);
    EXPECT_EQ(device.read(0x1c), 1u);
    EXPECT_EQ(device.read(0x04), 0x0010'0003u); // decoding again, status bits not cleared
}

TEST_F(PciFunctionTest, LastBarHasNoUpperHalf) {
    device.add_bar(5, 0xfea0'0004, 0xffff'f000);
    EXPECT_EQ(function.measure_bars()[5], (PciBar{Kind::memory, 0xfea0'0000, 0x1000}));
}

TEST_F(PciFunctionTest, BridgeHasNoBarsAndIsNotWrittenTo) {
    device.set(0x0c, 0x0001'0000);
    device.add_bar(0, 0xfea0'0000, 0xfff0'0000);
    EXPECT_EQ(function.measure_bars()[0], PciBar{});
    EXPECT_TRUE(device.take_writes().empty());
}

TEST_F(PciFunctionTest, FindsCapabilities) {
    device.start_list(0x40);
    device.add_capability(0x40, 0x01, 0x50);
    device.add_capability(0x50, 0x10, 0x62); // the pointer's lowest bits mean nothing
    device.add_capability(0x60, 0x05, 0);
    EXPECT_EQ(function.find_capability(0x01), 0x40u);
    EXPECT_EQ(function.find_capability(0x10), 0x50u);
    EXPECT_EQ(function.find_capability(0x05), 0x60u);
    EXPECT_EQ(function.find_capability(0x11), std::nullopt);
}

TEST_F(PciFunctionTest, NoListWithoutItsStatusBit) {
    device.set(0x34, 0x40);
    device.set(0x40, 0x05);
    EXPECT_EQ(function.find_capability(0x05), std::nullopt);
}

TEST_F(PciFunctionTest, ListInACircleEnds) {
    device.start_list(0x40);
    device.add_capability(0x40, 0x01, 0x50);
    device.add_capability(0x50, 0x02, 0x40);
    EXPECT_EQ(function.find_capability(0x05), std::nullopt);
    device.add_capability(0x50, 0x02, 0x50);
    EXPECT_EQ(function.find_capability(0x05), std::nullopt);
}

TEST_F(PciFunctionTest, PointerIntoTheHeaderEndsTheList) {
    device.start_list(0x40);
    device.add_capability(0x40, 0x01, 0x3c);
    device.set(0x3c, 0x05);
    EXPECT_EQ(function.find_capability(0x05), std::nullopt);
    device.start_list(0x04);
    EXPECT_EQ(function.find_capability(0x01), std::nullopt);
}

TEST_F(PciFunctionTest, LongestPossibleListIsWalked) {
    device.start_list(0x40);
    for (std::uint32_t at = 0x40; at < 0xfc; at += 4)
        device.add_capability(at, 0x09, at + 4);
    device.add_capability(0xfc, 0x05, 0x40);
    EXPECT_EQ(function.find_capability(0x05), 0xfcu);
}

TEST_F(PciFunctionTest, DeviceThatIsGoneHasNothing) {
    for (std::uint32_t at = 0; at < 0x100; at += 4)
        device.set(at, 0xffff'ffff);
    EXPECT_EQ(function.find_capability(0x05), std::nullopt);
    EXPECT_EQ(function.enable_msi(MsiMessage::to(CoreNumber{1}, Vector{0x60})).error(),
              Errno::enodev);
}

TEST_F(PciFunctionTest, EnablesMsiWith64BitAddress) {
    device.add_msi(0x40, 0x0080 | 0x0070); // asked for many messages before
    device.set(0x48, 0xdead'beef, 0xffff'ffff);
    ASSERT_TRUE(function.enable_msi(MsiMessage::to(CoreNumber{2}, Vector{0x60})).is_ok());
    EXPECT_EQ(device.read(0x44), 0xfee0'2000u);
    EXPECT_EQ(device.read(0x48), 0u);
    EXPECT_EQ(device.read(0x4c), 0x60u);
    EXPECT_EQ(device.read(0x40) >> 16, 0x0081u);
}

TEST_F(PciFunctionTest, EnablesMsiWith32BitAddress) {
    device.add_msi(0x50, 0);
    ASSERT_TRUE(function.enable_msi(MsiMessage::to(CoreNumber{1}, Vector{0x6f})).is_ok());
    EXPECT_EQ(device.read(0x54), 0xfee0'1000u);
    EXPECT_EQ(device.read(0x58), 0x6fu);
    EXPECT_EQ(device.read(0x50) >> 16, 0x0001u);
}

TEST_F(PciFunctionTest, MsiIsOffWhileItsMessageChanges) {
    device.add_msi(0x40, 0x0081);
    ASSERT_TRUE(function.enable_msi(MsiMessage::to(CoreNumber{2}, Vector{0x60})).is_ok());
    bool enabled = true;
    for (const auto& write : device.take_writes()) {
        if (write.offset == 0x40)
            enabled = (write.value & (1u << 16)) != 0;
        else
            EXPECT_FALSE(enabled) << std::hex << write.offset;
    }
    EXPECT_TRUE(enabled);
}

TEST_F(PciFunctionTest, MasksMsiWhereThatIsPossible) {
    device.add_msi(0x40, 0x0180);
    ASSERT_TRUE(function.enable_msi(MsiMessage::to(CoreNumber{2}, Vector{0x60})).is_ok());
    EXPECT_EQ(device.read(0x50), 0u);
    function.disable_msi();
    EXPECT_EQ(device.read(0x50), 0xffff'ffffu);
    EXPECT_EQ(device.read(0x40) >> 16, 0x0180u);

    device.add_msi(0x80, 0x0100);
    ASSERT_TRUE(function.enable_msi(MsiMessage::to(CoreNumber{2}, Vector{0x60})).is_ok());
    EXPECT_EQ(device.read(0x8c), 0u);
    function.disable_msi();
    EXPECT_EQ(device.read(0x8c), 0xffff'ffffu);
}

TEST_F(PciFunctionTest, MsiThatReachesBeyondTheSpaceIsNone) {
    device.add_msi(0xf4, 0x0080);
    EXPECT_EQ(function.enable_msi(MsiMessage::to(CoreNumber{1}, Vector{0x60})).error(),
              Errno::enodev);
    function.quiesce();
}

TEST_F(PciFunctionTest, QuietDeviceNeitherReachesMemoryNorInterrupts) {
    device.set(0x04, 0xf010'0007); // status bits that a written one would clear
    device.add_msi(0x40, 0x0081);
    function.quiesce();
    EXPECT_EQ(device.command(), 0x0003u | line_interrupt_off);
    EXPECT_EQ(device.read(0x40) >> 16, 0x0080u);
    EXPECT_EQ(device.read(0x04) >> 16, 0xf010u);
}

TEST_F(PciFunctionTest, CommandBitsAreIndependent) {
    function.enable_registers();
    EXPECT_EQ(device.command(), memory_enable | line_interrupt_off);
    function.set_bus_master(true);
    EXPECT_EQ(device.command(), memory_enable | line_interrupt_off | bus_master);
    function.set_bus_master(false);
    EXPECT_EQ(device.command(), memory_enable | line_interrupt_off);
}

} // namespace
} // namespace ant::x86
