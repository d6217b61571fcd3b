// SPDX-License-Identifier: GPL-2.0-only
// PCI: finding the devices that AnT owns, and no others.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "ant/arch/x86/ecam.h"
#include "ant/arch/x86/pci_bar.h"
#include "ant/arch/x86/pci_function.h"
#include "ant/arch/x86/pci_id.h"
#include "ant/base/address.h"

namespace ant::x86 {

struct PciDevice {
    std::uint32_t bus = 0;
    std::uint32_t device = 0;
    std::uint32_t function = 0;
    PciId id{};
    std::uint32_t class_code = 0; // class, subclass, programming interface
    std::array<PciBar, pci_bars> bars{};
};

class PciBus final {
public:
    static constexpr std::uint32_t max_devices = 16;

    constexpr PciBus() = default;

    // Looks for the owned IDs. Of foreign devices it reads ID and header type and nothing more: the
    // same filter as Mint has on its side (the paper, 3.2). The owned ones are made quiet.
    void scan(PhysicalAddress ecam, const PciIdList& owned);

    std::span<const PciDevice> devices() const { return {devices_.data(), count_}; }
    PciFunction<EcamSpace> function(const PciDevice& device) const {
        return PciFunction{EcamSpace{ecam_, device.bus, device.device, device.function}};
    }

private:
    void look_at(const PciIdList& owned, PciDevice place);

    PhysicalAddress ecam_{};
    std::array<PciDevice, max_devices> devices_{};
    std::uint32_t count_ = 0;
};

} // namespace ant::x86
