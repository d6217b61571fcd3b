// SPDX-License-Identifier: GPL-2.0-only
// AnT's region, divided: kernel, RAM disk, frames, ICA (docs/memory-map.md).
#include "ant/mkernel/memory.h"

#include <algorithm>
#include <antlinux/areas.h>
#include <antlinux/observe/log.h>
#include <antlinux/observe/trace.h>
#include <antlinux/table.h>
#include <array>
#include <cstring>

#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/paging.h"
#include "ant/arch/x86/pci.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/ica.h"
#include "ant/core/region.h"
#include "ant/mkernel/kernel_protection.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/pkernel_image.h"

extern "C" {
extern const std::byte _text[];
extern const std::byte _end[];
extern const std::byte _shared[];
extern const std::byte _shared_end[];
}

namespace ant {

Result<PhysicalAddress> PhysicalMemory::allocate_zeroed_frame() {
    const PhysicalAddress frame = TRY(mkernel::frames.allocate());
    std::memset(pointer_to<std::byte>(identity(frame)), 0, page_size);
    return frame;
}

void PhysicalMemory::free_frame(PhysicalAddress frame) { mkernel::frames.free(frame); }

} // namespace ant

namespace ant::mkernel {

constinit FrameAllocator frames;
constinit PhysicalMemory physical_memory;

namespace {

alignas(
    Space::top_alignment) constinit std::array<std::uint64_t, directory_count> kernel_directories{};
constinit std::array<std::uint32_t, largest_region / page_size / 32> frame_bitmap{};
constinit PhysicalRange region{};
constinit std::optional<PhysicalAddress> mapped_ecam{};

// The first pages of the region: boot_params, command line, LCA management table, the log, the
// counters, recorded calls.
constexpr std::uint32_t contract_bytes = ANTLINUX_TRACE_OFFSET + sizeof(antlinux_trace);
static_assert(largest_region / page_size <= ANTLINUX_ICA_PAGES);

PhysicalAddress physical(const void* object) { return PhysicalAddress{address_of(object).value()}; }

void must(Result<void> result, const char* what) {
    if (result.is_error())
        panic("memory: %s: error %d", what, static_cast<int>(result.error()));
}

// The frames of a range that nothing in `taken` (sorted, not overlapping) needs.
void add_frames(PhysicalRange range, std::span<const PhysicalRange> taken) {
    PhysicalAddress at = range.base;
    const auto add_up_to = [&at](PhysicalAddress end) {
        if (end > at)
            frames.add({at, end - at});
    };
    for (const PhysicalRange& part : taken) {
        if (part.is_empty())
            continue;
        add_up_to(part.base.page_start());
        const auto after = PageCount::for_bytes(part.end()).value() * page_size;
        at = std::max(at, PhysicalAddress{after});
    }
    add_up_to(range.base + range.size);
}

PhysicalRange kernel_view_of_ica() {
    const PhysicalRange ica = shared_ica.areas.ica();
    return {ica.base + shared_ica.view_offset, ica.size};
}

void map_ica_view(Space& table) {
    if (!x86::paging.has_smap())
        return;
    const PhysicalRange ica = shared_ica.areas.ica();
    shared_ica.view_offset = smap_view_of_ica - identity(ica.base);
    if (mapped_ecam && kernel_view_of_ica().overlaps({*mapped_ecam, x86::EcamSpace::bytes}))
        panic("memory: an ICA of %u MiB is too large for the kernel's view: make ica= smaller",
              ica.size >> 20);
    for (std::uint32_t offset = 0; offset < ica.size; offset += large_page_size)
        must(table.map_large_page(smap_view_of_ica + offset, ica.base + offset,
                                  PageFlags::writable | PageFlags::no_execute),
             "mapping the kernel's view of the ICA");
}

// Nothing that can be written can be executed; the kernel's code is neither before it is protected.
void fill_kernel_directory(PhysicalRange ram_disk) {
    Space table{physical_memory, kernel_directory()};
    for (std::uint32_t offset = 0; offset < region.size; offset += large_page_size)
        must(table.map_large_page(identity(region.base) + offset, region.base + offset,
                                  PageFlags::writable | PageFlags::no_execute),
             "mapping the region");
    must(protect_kernel(table), "protecting the kernel");
    const VirtualAddress disk = identity(ram_disk.base).page_start();
    const auto disk_bytes = static_cast<std::uint32_t>(ram_disk.end() - disk.value());
    must(table.protect(VirtualRange::of_pages(disk, PageCount::for_bytes(disk_bytes)),
                       PageFlags::no_execute),
         "protecting the RAM disk");
    map_ica_view(table);
    constexpr PageFlags registers = PageFlags::writable | PageFlags::device | PageFlags::no_execute;
    must(table.map_page(VirtualAddress{x86::LocalApic::base}, PhysicalAddress{x86::LocalApic::base},
                        registers),
         "mapping the local APIC");
    if (!mapped_ecam)
        return;
    for (std::uint32_t offset = 0; offset < x86::EcamSpace::bytes; offset += large_page_size)
        must(
            table.map_large_page(identity(*mapped_ecam) + offset, *mapped_ecam + offset, registers),
            "mapping ECAM");
}

} // namespace

PhysicalAddress kernel_directory() { return physical(kernel_directories.data()); }

PhysicalRange shared_memory() {
    return {physical(_shared), static_cast<std::uint32_t>(_shared_end - _shared)};
}

void initialise_memory(const MemoryPlan& plan) {
    region = plan.region;
    mapped_ecam = plan.ecam;
    const PhysicalRange image{physical(_text), static_cast<std::uint32_t>(_end - _text)};
    if (!region.contains(image))
        panic("memory: AnT's region 0x%x..0x%llx does not hold its kernel", region.base.value(),
              static_cast<unsigned long long>(region.end()));
    const PhysicalAddress fixed_end = plan.ram_disk.is_empty()
                                          ? pkernel_range.base + pkernel_range.size
                                          : plan.ram_disk.base + plan.ram_disk.size;
    if (plan.ica_bytes >= region.size || fixed_end.value() > region.end() - plan.ica_bytes)
        panic("memory: no space for an ICA of %u MiB in a region of %u MiB: make ica= smaller",
              plan.ica_bytes >> 20, region.size >> 20);

    const PhysicalRange ica_range{region.base + (region.size - plan.ica_bytes), plan.ica_bytes};
    const PhysicalRange rest{region.base, region.size - plan.ica_bytes};
    frames.initialise(rest, std::span{frame_bitmap}.first(FrameAllocator::words_for(rest)));
    const std::array taken{
        PhysicalRange{region.base, contract_bytes},
        PhysicalRange{region.base + ANTLINUX_AREAS_OFFSET, sizeof(antlinux_areas)},
        image,
        shared_memory(),
        pkernel_range,
        plan.ram_disk};
    add_frames(rest, taken);
    LockedIca()->initialise(ica_range, region_areas());

    x86::paging = x86::find_paging();
    fill_kernel_directory(plan.ram_disk);
    x86::enable_paging(kernel_directory().value());
}

Result<std::byte*> add_process_page(Space& space, VirtualAddress page, PageFlags rights) {
    const PhysicalAddress frame = TRY(physical_memory.allocate_zeroed_frame());
    const auto mapped = space.map_page(page, frame, rights | PageFlags::user | PageFlags::owned);
    if (mapped.is_error()) {
        physical_memory.free_frame(frame);
        return mapped.error();
    }
    return pointer_to<std::byte>(identity(frame));
}

std::array<PhysicalRange, 4> kernel_ranges() {
    return {region,
            kernel_view_of_ica(),
            {PhysicalAddress{x86::LocalApic::base}.large_page_start(), large_page_size},
            mapped_ecam ? PhysicalRange{*mapped_ecam, x86::EcamSpace::bytes} : PhysicalRange{}};
}

Result<PhysicalAddress> make_page_directory() {
    const PhysicalAddress directory = TRY(physical_memory.allocate_zeroed_frame());
    Space{physical_memory, directory}.share({physical_memory, kernel_directory()});
    return directory;
}

ant_memory_info memory_information() {
    LockedIca ica;
    return {
        .region_base = region.base.value(),
        .region_size = region.size,
        .frames_total = frames.total().bytes(),
        .frames_free = frames.available().bytes(),
        .ica_base = ica->ica().base.value(),
        .ica_size = ica->ica().size,
        .ica_free = ica->available().bytes(),
    };
}

} // namespace ant::mkernel
