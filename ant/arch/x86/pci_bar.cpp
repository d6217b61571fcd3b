// SPDX-License-Identifier: GPL-2.0-only
// Base address registers of PCI devices, hardware-independent.
#include "ant/arch/x86/pci_bar.h"

#include <algorithm>
#include <bit>

#include "ant/abi/syscall.h"

namespace ant::x86 {

namespace {

constexpr std::uint32_t is_port = 1;

PciBar decode_port(const PciBarWords& words) {
    // A device may leave the upper 16 bits out: a PC has no more ports.
    const std::uint32_t mask = (words.low_size & ~3u) | 0xffff'0000;
    const std::uint32_t size = ~mask + 1;
    if ((words.low_size & ~3u) == 0 || !std::has_single_bit(size))
        return {};
    return {PciBar::Kind::port, words.low & ~3u, size};
}

} // namespace

PciBar decode_bar(const PciBarWords& words) {
    if ((words.low & is_port) != 0)
        return decode_port(words);
    const std::uint32_t low_mask = words.low_size & ~0xfu;
    if (low_mask == 0 && (!is_64_bit_bar(words.low) || words.high_size == 0))
        return {};
    const std::uint64_t mask = static_cast<std::uint64_t>(words.high_size) << 32 | low_mask;
    const std::uint64_t size = ~mask + 1;
    if (!std::has_single_bit(size))
        return {};
    const std::uint64_t base = static_cast<std::uint64_t>(words.high) << 32 | (words.low & ~0xfu);
    return {PciBar::Kind::memory, base, size};
}

Result<PhysicalRange> register_range(const PciBar& bar, std::span<const PhysicalRange> kernel) {
    if (bar.kind != PciBar::Kind::memory)
        return Errno::enodev;
    if (bar.base == 0)
        return Errno::enxio;
    constexpr std::uint64_t address_space = std::uint64_t{1} << 32;
    if (bar.size >= address_space || bar.base > address_space - bar.size)
        return Errno::eoverflow;
    const PhysicalRange range{PhysicalAddress{static_cast<std::uint32_t>(bar.base)},
                              static_cast<std::uint32_t>(bar.size)};
    if (!range.is_page_aligned() || range.base.value() < ANT_USER_END)
        return Errno::einval;
    if (std::ranges::any_of(kernel, [&](const PhysicalRange& one) { return one.overlaps(range); }))
        return Errno::eacces;
    return range;
}

} // namespace ant::x86
