// SPDX-License-Identifier: GPL-2.0-only
// The m-kernel's start: what is there, what is ours, then the p-kernels and the first processes.
#include <antlinux/table.h>
#include <cstring>

#include "ant/arch/x86/core_start.h"
#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/linux_call.h"
#include "ant/core/region.h"
#include "ant/linux/observe.h"
#include "ant/mkernel/boot_parameters.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/devices.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/panic.h"
#include "ant/mkernel/program.h"
#include "ant/mkernel/settings.h"
#include "ant/mkernel/shells.h"
#include "ant/mkernel/start_cores.h"

extern "C" const std::byte _text[];

namespace ant::mkernel {

namespace {

void check_load_address() {
    constexpr VirtualAddress wanted{ANTLINUX_REGION_BASE + ANTLINUX_LOAD_OFFSET};
    ASSERT(address_of(_text) == wanted);
}

// A boot loader other than Mint's kexec may have put the RAM disk outside the region. Paging is
// off.
PhysicalRange ram_disk_in_region(const BootParameters& parameters, PhysicalRange region) {
    if (!parameters.ram_disk()) {
        log(LogLevel::warning, "no RAM disk: there are no programs");
        return {};
    }
    const PhysicalRange disk = *parameters.ram_disk();
    if (region.contains(disk))
        return disk;
    const PhysicalRange copy{region.base + ANTLINUX_RAMDISK_OFFSET, disk.size};
    if (!region.contains(copy))
        panic("the RAM disk (%u bytes) does not fit into AnT's region", disk.size);
    std::memcpy(pointer_to<std::byte>(identity(copy.base)),
                pointer_to<std::byte>(identity(disk.base)), disk.size);
    return copy;
}

void start_linux_driver(const Settings& settings) {
    if (!settings.linux_vector) {
        log(LogLevel::info, "no linux_vector=: AnT runs alone, linux_call answers ENXIO");
        return;
    }
    antlinux_table& table = region_table();
    antlinux_counters& counters = region_counters();
    // Another one than last time, whatever lies there; never 0.
    const std::uint32_t next = table.generation + 1;
    const LinuxDriverSettings driver{
        .header = {.depth = settings.ring_depth,
                   .cores = running_cores_mask(),
                   .result_vector = x86::linux_result_vector,
                   .generation = next != 0 ? next : 1,
                   .ica = LockedIca()->ica()},
        .linux_core = settings.linux_core,
        .linux_vector = *settings.linux_vector,
        .first_core = mkernel_core().number,
    };
    start_trace(region_trace(), x86::Clock::time_stamp_counter_khz());
    const auto started = linux_driver.initialise(table, counters, driver);
    if (started.is_error())
        panic("Linux-cooperation driver: error %d", static_cast<int>(started.error()));
    publish_counters(counters, {.generation = driver.header.generation,
                                .cores = driver.header.cores,
                                .tsc_khz = x86::Clock::time_stamp_counter_khz(),
                                .ica_size = driver.header.ica.size});
    log(LogLevel::info, "LCA management table published, generation %u", driver.header.generation);
}

[[noreturn]] void start(PhysicalAddress boot_params) {
    start_log();
    clear_counters(region_counters());
    initialise_consoles();
    check_load_address();
    const CoreNumber self = x86::LocalApic::core();
    if (self.value() >= ANTLINUX_MAX_CORES) {
        write_patiently("AnT: this core's number is too high\n");
        x86::halt_for_ever();
    }
    x86::build_interrupt_table();
    initialise_this_core(self, CoreKind::mkernel, kernel_directory());
    this_core().online.store(true, std::memory_order_release);
    add_mkernel_core(self);

    const BootParameters parameters{boot_params};
    const CommandLine line{parameters.command_line()};
    if (const auto port = read_debug_exit_port(line))
        set_debug_exit_port(*port);
    const Settings settings = read_settings(line);
    if (settings.cores.first() != self)
        panic("started on core %u, but cores= begins with %u", self.value(),
              settings.cores.first().value());
    x86::Clock::start(settings.frequencies);
    log(LogLevel::info, "AnT m-kernel on core %u", self.value());
    if (settings.unknown_word)
        log(LogLevel::warning, "unknown word on the command line: %.*s",
            TEXT(*settings.unknown_word));

    const PhysicalRange region = parameters.region(largest_region);
    const PhysicalRange disk = ram_disk_in_region(parameters, region);
    set_ram_disk({pointer_to<const std::byte>(identity(disk.base)), disk.size});
    x86::prepare_start_page(settings.start_page);
    initialise_memory(
        {.region = region,
         .ram_disk = disk,
         .ica_bytes = settings.ica_bytes,
         .ecam = settings.pci.ids().empty() ? std::nullopt : std::optional{settings.ecam}});
    const ant_memory_info memory = memory_information();
    log(LogLevel::info, "region 0x%llx, %llu MiB: %llu MiB free frames, %llu MiB ICA; clock %u kHz",
        memory.region_base, memory.region_size >> 20, memory.frames_free >> 20,
        memory.ica_size >> 20, x86::Clock::time_stamp_counter_khz());

    find_devices(settings.ecam, settings.pci);
    start_pkernels(settings.cores, settings.start_page);
    start_linux_driver(settings);
    start_processes(line, settings);
    this_core().scheduler.run(kernel_directory());
}

} // namespace

} // namespace ant::mkernel

// Called by boot_entry (boot.S), with paging off.
extern "C" [[noreturn]] void mkernel_start(std::uint32_t boot_params) {
    ant::mkernel::start(ant::PhysicalAddress{boot_params});
}
