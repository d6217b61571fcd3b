// SPDX-License-Identifier: GPL-2.0-only
// AnT's region: who has which part of it. On the m-kernel's core only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/core/physical_memory.h"
#include "ant/mkernel/frame_allocator.h"

namespace ant::mkernel {

// The largest region AnT can manage (the size of its bitmap).
inline constexpr std::uint32_t largest_region = 1u << 30;

extern FrameAllocator frames;
extern PhysicalMemory physical_memory;

// The page directories of cores without a process, shared by all in the kernel's part: what goes
// into CR3. Valid as an address from the start.
PhysicalAddress kernel_directory();

// What the m-kernel shares with the p-kernel, at its fixed place (shared.cpp).
PhysicalRange shared_memory();

struct MemoryPlan {
    PhysicalRange region{};
    PhysicalRange ram_disk{}; // inside the region, or empty
    std::uint32_t ica_bytes = 0;
    std::optional<PhysicalAddress> ecam{}; // to be mapped
};

// Divides the region, fills the kernel's page directories and switches paging on.
void initialise_memory(const MemoryPlan& plan);

using Space = PageTable<PhysicalMemory>;

// The rights of a process's heap and stack.
inline constexpr PageFlags process_data = PageFlags::writable | PageFlags::no_execute;

// Gives a process a new zeroed page there; where the kernel sees it. ENOMEM.
Result<std::byte*> add_process_page(Space& space, VirtualAddress page, PageFlags rights);

// What the kernel maps in every address space, in whole 2 MiB: the region, its view of the ICA, the
// local APIC, ECAM (or an empty range).
std::array<PhysicalRange, 4> kernel_ranges();

// New page directories with the kernel's part; what goes into CR3. ENOMEM.
Result<PhysicalAddress> make_page_directory();

} // namespace ant::mkernel
