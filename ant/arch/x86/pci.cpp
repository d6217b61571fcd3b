// SPDX-License-Identifier: GPL-2.0-only
// PCI scan (PCI Local Bus Specification 3.0, chapter 6).
#include "arch/x86/pci.h"

namespace ant::x86 {

namespace {

enum class Register : std::uint32_t {
    id = 0x00,
    class_revision = 0x08,
    header = 0x0c,
    first_bar = 0x10,
};

constexpr std::uint32_t nobody = 0xffff'ffff;
constexpr std::uint32_t header_multifunction = 0x0080'0000;
constexpr std::uint32_t header_type = 0x007f'0000;
constexpr std::uint32_t bar_is_port = 1;
constexpr std::uint32_t bar_type = 6;
constexpr std::uint32_t bar_64_bit = 4;

std::uint32_t read(PhysicalAddress ecam, const PciDevice& at, std::uint32_t offset) {
    const PhysicalAddress address =
        ecam + ((at.bus << 20) | (at.device << 15) | (at.function << 12) | offset);
    return *pointer_to<volatile std::uint32_t>(identity(address));
}

std::uint32_t read(PhysicalAddress ecam, const PciDevice& at, Register which) {
    return read(ecam, at, static_cast<std::uint32_t>(which));
}

void read_bars(PhysicalAddress ecam, PciDevice& device) {
    for (std::uint32_t i = 0; i < device.bars.size(); ++i) {
        const std::uint32_t low =
            read(ecam, device, static_cast<std::uint32_t>(Register::first_bar) + 4 * i);
        if ((low & bar_is_port) != 0) {
            device.bars[i] = low & ~3u;
            continue;
        }
        device.bars[i] = low & ~0xfu;
        if ((low & bar_type) == bar_64_bit && i + 1 < device.bars.size()) {
            const std::uint32_t high =
                read(ecam, device, static_cast<std::uint32_t>(Register::first_bar) + 4 * (i + 1));
            device.bars[i] |= static_cast<std::uint64_t>(high) << 32;
            ++i; // the upper half is no base address of its own
        }
    }
}

} // namespace

void PciBus::look_at(PhysicalAddress ecam, const PciIdList& owned, PciDevice place) {
    const std::uint32_t id = read(ecam, place, Register::id);
    place.id = {static_cast<std::uint16_t>(id & 0xffff), static_cast<std::uint16_t>(id >> 16)};
    if (!owned.contains(place.id) || count_ == max_devices)
        return;
    place.class_code = read(ecam, place, Register::class_revision) >> 8;
    if ((read(ecam, place, Register::header) & header_type) == 0) // not a bridge
        read_bars(ecam, place);
    devices_[count_++] = place;
}

void PciBus::scan(PhysicalAddress ecam, const PciIdList& owned) {
    if (owned.ids().empty())
        return;
    for (std::uint32_t bus = 0; bus < buses; ++bus) {
        for (std::uint32_t device = 0; device < 32; ++device) {
            PciDevice place{.bus = bus, .device = device};
            if (read(ecam, place, Register::id) == nobody)
                continue;
            const bool many = (read(ecam, place, Register::header) & header_multifunction) != 0;
            for (place.function = 0; place.function < (many ? 8u : 1u); ++place.function)
                look_at(ecam, owned, place);
        }
    }
}

} // namespace ant::x86
