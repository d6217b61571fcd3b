// SPDX-License-Identifier: GPL-2.0-only
// The machine's memory as page_table.h wants to see it: where virtual = physical.
#pragma once

#include <cstdint>

#include "ant/arch/x86/page_table.h"
#include "ant/arch/x86/paging.h"
#include "ant/arch/x86/processor.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

class PhysicalMemory {
public:
    constexpr PhysicalMemory() = default;

    std::uint32_t read(PhysicalAddress entry) const {
        return *pointer_to<volatile std::uint32_t>(identity(entry));
    }
    // The lower half last: with it the entry becomes present.
    void write(PhysicalAddress entry, std::uint64_t value) {
        auto* const halves = pointer_to<volatile std::uint32_t>(identity(entry));
        halves[1] = static_cast<std::uint32_t>(value >> 32) & x86::paging.upper_half_mask;
        halves[0] = static_cast<std::uint32_t>(value);
    }
    // Unrolled: with an instruction or two an entry, 64 KiB that change hands cost little more than
    // 64 bytes (docs/servers.md).
    void mask_entries(PhysicalAddress entry, std::uint32_t count, std::uint32_t keep,
                      std::uint32_t set) {
        auto* const halves = pointer_to<std::uint32_t>(identity(entry));
        if (set == 0) {
#pragma GCC unroll 8
            for (std::uint32_t i = 0; i < count; ++i)
                halves[2 * i] &= keep;
            return;
        }
#pragma GCC unroll 8
        for (std::uint32_t i = 0; i < count; ++i)
            halves[2 * i] = (halves[2 * i] & keep) | set;
    }
    // On the m-kernel's core only; mkernel/memory.cpp.
    Result<PhysicalAddress> allocate_zeroed_frame();
    void free_frame(PhysicalAddress frame);
    // This core's TLB. A process on another core empties its own when its request is answered
    // (request.cpp); until then it does not run.
    void invalidate(VirtualAddress page) { x86::invalidate_page(page); }
    void invalidate_all() { x86::flush_tlb(); }
};
static_assert(PageTableMemory<PhysicalMemory>);

} // namespace ant
