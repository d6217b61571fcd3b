// SPDX-License-Identifier: GPL-2.0-only
// In place of the kernel's header of this name: configuration space of the played machine's PCI
// devices (machine.h).
#pragma once

#include <cstdint>

#include "ant/arch/x86/pci_function.h"
#include "ant/base/address.h"

namespace ant::x86 {

class EcamSpace final {
public:
    static constexpr std::uint32_t buses = 256;
    static constexpr std::uint32_t bytes = buses << 20;

    constexpr EcamSpace(PhysicalAddress, std::uint32_t bus, std::uint32_t device,
                        std::uint32_t function)
        : place_((bus << 8) | (device << 3) | function) {}

    std::uint32_t read(std::uint32_t offset) const;
    void write(std::uint32_t offset, std::uint32_t value) const;

private:
    std::uint32_t place_;
};
static_assert(PciConfigSpace<EcamSpace>);

} // namespace ant::x86
