// SPDX-License-Identifier: GPL-2.0-only
// Claiming PCI devices, and what a driver process may do with its own.
#include "ant/mkernel/devices.h"

#include <array>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/pci.h"
#include "ant/core/device_interrupt.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/system_call.h"

namespace ant::mkernel {

namespace {

constinit x86::PciBus pci;
constinit std::array<ProcessNumber, x86::PciBus::max_devices> drivers{};
static_assert(x86::PciBus::max_devices <= x86::device_vectors);

Result<const x86::PciDevice*> own_device(const Process& process, std::uint32_t device) {
    if (device >= pci.devices().size())
        return Errno::enodev;
    if (drivers[device] != process.number())
        return Errno::eperm;
    return &pci.devices()[device];
}

Result<void> map_range(Space& space, PhysicalRange range) {
    for (std::uint32_t offset = 0; offset < range.size; offset += page_size) {
        const auto mapped = space.map_page(identity(range.base) + offset, range.base + offset,
                                           PageFlags::user | PageFlags::device | process_data);
        if (mapped.is_error() && mapped.error() != Errno::eexist) // it is there already
            return mapped.error();
    }
    return {};
}

} // namespace

std::span<const x86::PciDevice> devices() { return pci.devices(); }

void find_devices(PhysicalAddress ecam, const PciIdList& owned) {
    pci.scan(ecam, owned);
    for (const x86::PciDevice& device : pci.devices())
        log(LogLevel::info, "PCI %02x:%02x.%x %04x:%04x is AnT's", device.bus, device.device,
            device.function, device.id.vendor, device.id.device);
}

Answer calls::device_claim(Process& process, std::uint32_t device) {
    if (device >= pci.devices().size())
        return Errno::enodev;
    if ((process.mkernel.rights & ANT_RIGHT_DEVICES) == 0)
        return Errno::eperm;
    if (drivers[device] != ProcessNumber{} && drivers[device] != process.number())
        return Errno::ebusy;
    drivers[device] = process.number();
    process.mkernel.drives_device = true;
    pci.function(pci.devices()[device]).enable_registers();
    return 0;
}

// Into the process alone, uncached, virtual = physical. Twice is once.
Answer calls::device_map(Process& process, std::uint32_t device, std::uint32_t bar) {
    const x86::PciDevice* const own = TRY(own_device(process, device));
    if (bar >= own->bars.size())
        return Errno::enodev;
    const PhysicalRange range = TRY(x86::register_range(own->bars[bar], kernel_ranges()));
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    const auto mapped = map_range(space, range);
    process.mkernel.private_pages += before - frames.available(); // page tables stay in any case
    TRY(mapped);
    return 0;
}

Answer calls::device_master(Process& process, std::uint32_t device, bool on) {
    pci.function(*TRY(own_device(process, device))).set_bus_master(on);
    return 0;
}

Answer calls::device_interrupt(Process& process, std::uint32_t device) {
    const x86::PciDevice* const own = TRY(own_device(process, device));
    auto function = pci.function(*own);
    bind_device_interrupt(device, &process); // before the first one can come
    const auto enabled =
        function.enable_msi(x86::MsiMessage::to(process.core_number(), device_vector(device)));
    if (enabled.is_error()) {
        bind_device_interrupt(device, nullptr);
        return enabled.error();
    }
    function.set_bus_master(true); // an MSI is a write to memory
    return 0;
}

// Comes before any memory that they may write to goes to somebody else.
Answer calls::devices_release(Process& process) {
    process.mkernel.drives_device = false;
    for (std::uint32_t device = 0; device < pci.devices().size(); ++device) {
        if (drivers[device] != process.number())
            continue;
        pci.function(pci.devices()[device]).quiesce();
        bind_device_interrupt(device, nullptr);
        drivers[device] = {};
    }
    return 0;
}

ProcessNumber driver_of(std::uint32_t device) { return drivers[device]; }

} // namespace ant::mkernel
