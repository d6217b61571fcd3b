// SPDX-License-Identifier: GPL-2.0-only
// Address ranges of a PCI device: what a base address register (BAR) says, and which may be given
// to a process (PCI Local Bus Specification 3.0, 6.2.5).
#pragma once

#include <cstdint>
#include <span>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant::x86 {

inline constexpr std::uint32_t pci_bars = 6;

struct PciBar {
    enum class Kind : std::uint32_t { none, memory, port };

    Kind kind = Kind::none;
    std::uint64_t base = 0;
    std::uint64_t size = 0; // a power of two

    friend constexpr bool operator==(const PciBar&, const PciBar&) = default;
};

// A BAR as it stands, and as it reads after all ones were written: the address bits that the device
// compares are those that became one. A 64-bit BAR has a second word.
struct PciBarWords {
    std::uint32_t low = 0;
    std::uint32_t low_size = 0;
    std::uint32_t high = 0;
    std::uint32_t high_size = 0xffff'ffff;
};

constexpr bool is_64_bit_bar(std::uint32_t low) { return (low & 0b111) == 0b100; }

// A range whose size is no power of two is none: no device that keeps to the specification has it.
PciBar decode_bar(const PciBarWords& words);

// The range as memory of its own that a process may be given at that very address (virtual =
// physical). ENODEV: there is none, or it consists of ports; ENXIO: nobody gave it an address;
// EOVERFLOW: it ends beyond 4 GiB; EINVAL: it shares a page with other devices, or lies where the
// process's own memory is; EACCES: it overlaps one of `kernel`, whole 2 MiB each.
Result<PhysicalRange> register_range(const PciBar& bar, std::span<const PhysicalRange> kernel);

} // namespace ant::x86
