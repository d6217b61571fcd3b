// SPDX-License-Identifier: GPL-2.0-only
// The played machine's start: what Linux, the boot loader and mkernel/boot.cpp do on a real one.
#include <sys/mman.h>

#include <cstring>
#include <stdexcept>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/core/ica.h"
#include "ant/core/linux_call.h"
#include "ant/core/region.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/devices.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/program.h"
#include "machine/machine.h"
#include "sample_cpio.h"
#include "sample_elf.h"

extern "C" [[noreturn]] void pkernel_start(); // pkernel/start.cpp

namespace ant::test {

namespace {

// Where Linux's kexec would have put them. The memory is there at these very addresses: below
// 4 GiB the kernel's 32-bit addresses are the host's pointers.
constexpr PhysicalRange region{PhysicalAddress{ANTLINUX_REGION_BASE}, 40u << 20};
constexpr PhysicalAddress ram_disk{ANTLINUX_REGION_BASE + ANTLINUX_RAMDISK_OFFSET};
constexpr std::uint32_t ica_bytes = 4u << 20;
constexpr PhysicalAddress ecam{0xb000'0000};

// One count of the clock is a nanosecond.
constexpr x86::ClockFrequencies frequencies{1'000'000, 1'000'000};

} // namespace

namespace {

void add_to(Archive& archive, const std::string& name, std::uint32_t entry) {
    ElfFile elf;
    elf.header().e_entry = entry;
    const auto file = elf.file();
    archive.add("bin/" + name, {reinterpret_cast<const char*>(file.data()), file.size()});
}

} // namespace

std::uint32_t Machine::put_ram_disk_there() {
    Archive archive;
    for (std::size_t index = 0; index < program_count; ++index)
        add_to(archive, program_name(index), program_entry(index));
    const std::string& bytes = archive.end().text();
    std::memcpy(pointer_to<char>(identity(ram_disk)), bytes.data(), bytes.size());
    ram_disk_ = {pointer_to<const std::byte>(identity(ram_disk)), bytes.size()};
    return static_cast<std::uint32_t>(bytes.size());
}

void Machine::use_ram_disk(const std::map<std::string, Program>& programs) {
    Archive archive;
    for (const auto& [name, program] : programs) {
        add_program(program);
        add_to(archive, name, program_entry(programs_.size() - 1));
    }
    other_ram_disk_ = archive.end().text();
    mkernel::set_ram_disk(std::as_bytes(std::span{other_ram_disk_}));
}

void Machine::use_own_ram_disk() const { mkernel::set_ram_disk(ram_disk_); }

// What mkernel/boot.cpp does, without Linux's boot parameters and with these settings.
void Machine::boot_mkernel(std::uint32_t ram_disk_bytes) {
    start_log();
    initialise_consoles();
    x86::build_interrupt_table();
    initialise_this_core(m_core, CoreKind::mkernel, mkernel::kernel_directory());
    this_core().online.store(true, std::memory_order_release);
    running_cores.numbers[running_cores.count++] = m_core;
    x86::Clock::start(frequencies);
    mkernel::set_ram_disk({pointer_to<const std::byte>(identity(ram_disk)), ram_disk_bytes});
    mkernel::initialise_memory({.region = region,
                                .ram_disk = {ram_disk, ram_disk_bytes},
                                .ica_bytes = ica_bytes,
                                .ecam = ecam});
    PciIdList owned;
    ASSERT(owned.add({0x1234, 0x11e8}));
    ASSERT(owned.add({0x1234, 0x0001}));
    mkernel::find_devices(ecam, owned);

    for (const CoreNumber number : {p_core, q_core}) {
        core(number).cr3 = mkernel::kernel_directory();
        core(number).sleeps = false;
        while (!cores[number.value()].online.load(std::memory_order_acquire))
            x86::pause();
        running_cores.numbers[running_cores.count++] = number;
    }
    const LinuxDriverSettings driver{
        .header = {.depth = 4,
                   .cores = 0b1110,
                   .result_vector = x86::linux_result_vector,
                   .generation = 1,
                   .ica = LockedIca()->ica()},
        .linux_core = linux_core,
        .linux_vector = Vector{linux_vector},
        .first_core = m_core,
    };
    ASSERT(linux_driver.initialise(table(), region_counters(), driver).is_ok());
    this_core().scheduler.run(mkernel::kernel_directory());
}

void Machine::boot() {
    void* const wanted = pointer_to<void>(identity(region.base));
    void* const memory = mmap(wanted, region.size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory != wanted)
        throw std::runtime_error("the host has no free memory at AnT's region");
    const std::uint32_t bytes = put_ram_disk_there();
    for (PlayedCore& each : cores_)
        each.sleeps = true;
    core(m_core).runs = add_context([this, bytes] { boot_mkernel(bytes); }, nullptr);
    core(m_core).sleeps = false;
    for (const CoreNumber number : {p_core, q_core})
        core(number).runs = add_context(pkernel_start, nullptr);
    run();
    table().linux_version = ANTLINUX_VERSION;
    table().linux_generation = table().generation;
    run_for(milliseconds(100));
    doorbells_.clear();
    frames_at_boot_ = mkernel::frames.available();
    ica_at_boot_ = LockedIca()->available();
}

} // namespace ant::test
