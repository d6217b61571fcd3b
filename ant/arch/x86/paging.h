// SPDX-License-Identifier: GPL-2.0-only
// How paging is switched on: with PAE, and with what the processor can enforce besides.
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

// Read by flat_mode.S, too, at these offsets.
struct Paging {
    std::uint32_t cr4 = 0;
    std::uint32_t efer = 0; // bits 0 .. 31
    std::uint32_t has_efer = 0;
    // Of the upper half of a page table entry the bits that are not reserved: "execute disable".
    std::uint32_t upper_half_mask = 0;

    bool has_no_execute() const { return upper_half_mask != 0; }
    bool has_smep() const { return (cr4 & cr4_smep) != 0; }
    bool has_smap() const { return (cr4 & cr4_smap) != 0; }

    static constexpr std::uint32_t cr4_pae = 1u << 5;
    static constexpr std::uint32_t cr4_smep = 1u << 20;
    static constexpr std::uint32_t cr4_smap = 1u << 21;
};

extern "C" {
// Found by the m-kernel's core; the others are taken to be of the same kind.
extern Paging paging;

// Switches paging on, as `paging` says; flat_mode.S.
void enable_paging(std::uint32_t top_table);
}

// What this processor can do (CPUID). Panics without PAE, which every processor since 1995 has.
Paging find_paging();

} // namespace ant::x86
