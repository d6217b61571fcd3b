// SPDX-License-Identifier: GPL-2.0-only
// PCI configuration space by ECAM.
#pragma once

#include <cstdint>

#include "ant/arch/x86/pci_function.h"
#include "ant/base/address.h"

namespace ant::x86 {

// ECAM maps the configuration space of every function to 4 KiB of memory (PCI Express 7.2.2). The
// other way, ports 0xCF8/0xCFC, is a pair of registers that Linux uses under a lock AnT cannot
// take.
class EcamSpace final {
public:
    static constexpr std::uint32_t buses = 256;
    static constexpr std::uint32_t bytes = buses << 20;

    constexpr EcamSpace(PhysicalAddress ecam, std::uint32_t bus, std::uint32_t device,
                        std::uint32_t function)
        : base_(ecam + ((bus << 20) | (device << 15) | (function << 12))) {}

    std::uint32_t read(std::uint32_t offset) const { return *word(offset); }
    void write(std::uint32_t offset, std::uint32_t value) const { *word(offset) = value; }

private:
    volatile std::uint32_t* word(std::uint32_t offset) const {
        return pointer_to<volatile std::uint32_t>(identity(base_ + offset));
    }

    PhysicalAddress base_;
};
static_assert(PciConfigSpace<EcamSpace>);

} // namespace ant::x86
