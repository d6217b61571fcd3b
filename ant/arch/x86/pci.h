// SPDX-License-Identifier: GPL-2.0-only
// PCI configuration space by ECAM: finding the devices that AnT owns, and no others.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernel/address.h"
#include "kernel/command_line.h"

namespace ant::x86 {

struct PciDevice {
    std::uint32_t bus = 0;
    std::uint32_t device = 0;
    std::uint32_t function = 0;
    PciId id{};
    std::uint32_t class_code = 0;        // class, subclass, programming interface
    std::array<std::uint64_t, 6> bars{}; // base addresses, 0 where none
};

// ECAM maps the configuration space of every function to 4 KiB of memory (PCI Express 7.2.2). The
// other way, ports 0xCF8/0xCFC, is a pair of registers that Linux uses under a lock AnT cannot
// take.
class PciBus final {
public:
    static constexpr std::uint32_t max_devices = 16;
    static constexpr std::uint32_t buses = 256;
    static constexpr std::uint32_t ecam_bytes = buses << 20;

    constexpr PciBus() = default;

    // Looks for the owned IDs. Only reads, and of foreign devices only ID and header type: the same
    // filter as Mint has on its side (the paper, 3.2).
    void scan(PhysicalAddress ecam, const PciIdList& owned);

    std::span<const PciDevice> devices() const { return {devices_.data(), count_}; }

private:
    void look_at(PhysicalAddress ecam, const PciIdList& owned, PciDevice place);

    std::array<PciDevice, max_devices> devices_{};
    std::uint32_t count_ = 0;
};

} // namespace ant::x86
