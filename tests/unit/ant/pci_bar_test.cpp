// SPDX-License-Identifier: GPL-2.0-only
// Base address registers: what they say, and which a process may get.
#include "ant/arch/x86/pci_bar.h"

#include <array>

#include "support.h"

namespace ant::x86 {
namespace {

using Kind = PciBar::Kind;

TEST(PciBar, MemoryOf32Bits) {
    EXPECT_EQ(decode_bar({.low = 0xfea0'0000, .low_size = 0xfff0'0000}),
              (PciBar{Kind::memory, 0xfea0'0000, 0x10'0000}));
    // Prefetchable: bit 3 belongs to the kind.
    EXPECT_EQ(decode_bar({.low = 0xe000'0008, .low_size = 0xf000'0008}),
              (PciBar{Kind::memory, 0xe000'0000, 0x1000'0000}));
    EXPECT_EQ(decode_bar({.low = 0xfeb0'0010, .low_size = 0xffff'fff0}),
              (PciBar{Kind::memory, 0xfeb0'0010, 16}));
}

TEST(PciBar, MemoryOf64Bits) {
    EXPECT_EQ(decode_bar({.low = 0xfeb0'000c, .low_size = 0xffff'c00c, .high = 0x12}),
              (PciBar{Kind::memory, 0x12'feb0'0000, 0x4000}));
    EXPECT_EQ(decode_bar({.low = 0x4, .low_size = 0x4, .high = 0x8, .high_size = 0xffff'fff8}),
              (PciBar{Kind::memory, 0x8'0000'0000, 0x8'0000'0000}));
}

TEST(PciBar, Ports) {
    EXPECT_EQ(decode_bar({.low = 0xc041, .low_size = 0xffff'ffe1}),
              (PciBar{Kind::port, 0xc040, 32}));
    // The upper 16 bits may be left out.
    EXPECT_EQ(decode_bar({.low = 0xc001, .low_size = 0xff01}), (PciBar{Kind::port, 0xc000, 256}));
}

TEST(PciBar, None) {
    EXPECT_EQ(decode_bar({}), PciBar{});
    EXPECT_EQ(decode_bar({.low = 0x4, .low_size = 0x4, .high_size = 0}), PciBar{});
    EXPECT_EQ(decode_bar({.low = 0x1, .low_size = 0x1}), PciBar{});
}

TEST(PciBar, SizeThatIsNoPowerOfTwoIsNone) {
    EXPECT_EQ(decode_bar({.low = 0xfea0'0000, .low_size = 0xff50'0000}), PciBar{});
    EXPECT_EQ(decode_bar({.low = 0xfea0'0004, .low_size = 0xfff0'0004, .high_size = 0x0f}),
              PciBar{});
    EXPECT_EQ(decode_bar({.low = 0xc001, .low_size = 0xffff'f5a1}), PciBar{});
}

constexpr PhysicalRange region{PhysicalAddress{0x4000'0000}, 0x2000'0000};
constexpr PhysicalRange apic{PhysicalAddress{0xfee0'0000}, large_page_size};
constexpr std::array kernel{region, apic, PhysicalRange{}};

TEST(RegisterRange, IsTheBar) {
    const auto range = register_range({Kind::memory, 0xfea0'0000, 0x10'0000}, kernel);
    ASSERT_TRUE(range.is_ok());
    EXPECT_EQ(range.value(), (PhysicalRange{PhysicalAddress{0xfea0'0000}, 0x10'0000}));
}

TEST(RegisterRange, OnlyMemoryCanBeMapped) {
    EXPECT_EQ(register_range({}, kernel).error(), Errno::enodev);
    EXPECT_EQ(register_range({Kind::port, 0xc000, 0x1000}, kernel).error(), Errno::enodev);
}

TEST(RegisterRange, FirmwareMustHaveGivenAnAddress) {
    EXPECT_EQ(register_range({Kind::memory, 0, 0x1000}, kernel).error(), Errno::enxio);
}

TEST(RegisterRange, PageSharedWithAnotherDeviceIsRefused) {
    EXPECT_EQ(register_range({Kind::memory, 0xfea0'0000, 0x100}, kernel).error(), Errno::einval);
    EXPECT_EQ(register_range({Kind::memory, 0xfea0'0800, 0x800}, kernel).error(), Errno::einval);
}

TEST(RegisterRange, BeyondA32BitProcessor) {
    EXPECT_EQ(register_range({Kind::memory, 0x1'0000'0000, 0x1000}, kernel).error(),
              Errno::eoverflow);
    EXPECT_EQ(register_range({Kind::memory, 0xffff'f000, 0x2000}, kernel).error(),
              Errno::eoverflow);
    EXPECT_EQ(register_range({Kind::memory, 0xe000'0000, 0x8'0000'0000}, kernel).error(),
              Errno::eoverflow);
    EXPECT_TRUE(register_range({Kind::memory, 0xffff'f000, 0x1000}, kernel).is_ok());
}

TEST(RegisterRange, WhereTheProcessItselfIsIsRefused) {
    EXPECT_EQ(register_range({Kind::memory, 0x3fff'f000, 0x1000}, kernel).error(), Errno::einval);
}

TEST(RegisterRange, WhereTheKernelIsIsRefused) {
    for (const std::uint32_t base : {0x4000'0000u, 0x5fff'f000u, 0xfee0'0000u, 0xfeff'f000u})
        EXPECT_EQ(register_range({Kind::memory, base, 0x1000}, kernel).error(), Errno::eacces)
            << std::hex << base;
    EXPECT_EQ(register_range({Kind::memory, 0xfe80'0000, 0x80'0000}, kernel).error(),
              Errno::eacces);
    EXPECT_TRUE(register_range({Kind::memory, 0x6000'0000, 0x1000}, kernel).is_ok());
}

} // namespace
} // namespace ant::x86
