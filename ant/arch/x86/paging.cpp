// SPDX-License-Identifier: GPL-2.0-only
// What the processor says that it can enforce (SDM vol. 2, CPUID).
#include "ant/arch/x86/paging.h"

#include "ant/base/assert.h"

namespace ant::x86 {

namespace {

struct Cpuid {
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Cpuid cpuid(std::uint32_t leaf) {
    Cpuid answer{};
    asm volatile("cpuid"
                 : "=a"(answer.eax), "=b"(answer.ebx), "=c"(answer.ecx), "=d"(answer.edx)
                 : "a"(leaf), "c"(0));
    return answer;
}

// A leaf that the processor does not know reads as zero.
Cpuid known_leaf(std::uint32_t leaf) {
    const std::uint32_t highest = cpuid(leaf & 0x8000'0000).eax;
    return leaf <= highest ? cpuid(leaf) : Cpuid{};
}

constexpr std::uint32_t leaf1_edx_pae = 1u << 6;
constexpr std::uint32_t leaf7_ebx_smep = 1u << 7;
constexpr std::uint32_t leaf7_ebx_smap = 1u << 20;
constexpr std::uint32_t extended_edx_no_execute = 1u << 20;
constexpr std::uint32_t extended_edx_long_mode = 1u << 29;

constexpr std::uint32_t efer_no_execute = 1u << 11;
constexpr std::uint32_t execute_disable = 1u << 31; // of an entry's upper half

} // namespace

Paging find_paging() {
    if ((cpuid(1).edx & leaf1_edx_pae) == 0)
        panic("this processor has no PAE");
    Paging found{.cr4 = Paging::cr4_pae};
    const std::uint32_t structured = known_leaf(7).ebx;
    if ((structured & leaf7_ebx_smep) != 0)
        found.cr4 |= Paging::cr4_smep;
    if ((structured & leaf7_ebx_smap) != 0)
        found.cr4 |= Paging::cr4_smap;
    const std::uint32_t extended = known_leaf(0x8000'0001).edx;
    // With either there is an EFER, and it must be ours: a long mode that somebody has left enabled
    // in it would become active with paging.
    found.has_efer = (extended & (extended_edx_no_execute | extended_edx_long_mode)) != 0 ? 1 : 0;
    if ((extended & extended_edx_no_execute) != 0) {
        found.efer = efer_no_execute;
        found.upper_half_mask = execute_disable;
    }
    return found;
}

} // namespace ant::x86
