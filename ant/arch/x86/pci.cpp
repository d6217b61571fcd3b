// SPDX-License-Identifier: GPL-2.0-only
// PCI scan (PCI Local Bus Specification 3.0, chapter 6).
#include "ant/arch/x86/pci.h"

namespace ant::x86 {

namespace {

// Offsets of what may be read of any device.
constexpr std::uint32_t id_register = 0x00;
constexpr std::uint32_t class_register = 0x08;
constexpr std::uint32_t header_register = 0x0c;

constexpr std::uint32_t nobody = 0xffff'ffff;
constexpr std::uint32_t header_multifunction = 0x0080'0000;

} // namespace

void PciBus::look_at(const PciIdList& owned, PciDevice place) {
    const EcamSpace space{ecam_, place.bus, place.device, place.function};
    const std::uint32_t id = space.read(id_register);
    place.id = {static_cast<std::uint16_t>(id & 0xffff), static_cast<std::uint16_t>(id >> 16)};
    if (!owned.contains(place.id) || count_ == max_devices)
        return;
    place.class_code = space.read(class_register) >> 8;
    auto own = function(place);
    own.quiesce();
    place.bars = own.measure_bars();
    devices_[count_++] = place;
}

void PciBus::scan(PhysicalAddress ecam, const PciIdList& owned) {
    ecam_ = ecam;
    if (owned.ids().empty())
        return;
    for (std::uint32_t bus = 0; bus < EcamSpace::buses; ++bus) {
        for (std::uint32_t device = 0; device < 32; ++device) {
            PciDevice place{.bus = bus, .device = device};
            const EcamSpace space{ecam, bus, device, 0};
            if (space.read(id_register) == nobody)
                continue;
            const bool many = (space.read(header_register) & header_multifunction) != 0;
            for (place.function = 0; place.function < (many ? 8u : 1u); ++place.function)
                look_at(owned, place);
        }
    }
}

} // namespace ant::x86
