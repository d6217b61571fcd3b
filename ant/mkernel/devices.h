// SPDX-License-Identifier: GPL-2.0-only
// PCI devices of AnT's and the processes that drive them. On the m-kernel's core only.
#pragma once

#include <cstdint>

#include "ant/base/result.h"
#include "ant/core/process.h"
#include "ant/mkernel/command_line.h"

namespace ant::mkernel {

// Once, at the start: looks for the devices that AnT owns, and makes them quiet.
void find_devices(PhysicalAddress ecam, const PciIdList& owned);

// A device is named by its index in devices(). ENODEV in all of them: there is no such device.

// The process drives the device from now on until it ends: nobody else can. EBUSY: somebody does.
Result<void> claim_device(Process& process, std::uint32_t device);

// The rest is for the process that has claimed it: EPERM.

// Maps the registers behind a base address register into the process alone, uncached, virtual =
// physical. Twice is once. Otherwise as x86::register_range(), and ENOMEM.
Result<void> map_device(Process& process, std::uint32_t device, std::uint32_t bar);

// May the device read and write memory? All of it: nothing stands between a device and memory here.
Result<void> set_bus_master(const Process& process, std::uint32_t device, bool on);

// The device's interrupts come to the process's core from now on, as MSI. ENODEV: it has none.
Result<void> route_interrupts(Process& process, std::uint32_t device);

// The process ends: its devices are quiet when this returns, and free for others. Comes before any
// memory that they may write to goes to somebody else.
void release_devices(Process& process);

// Who drives it; 0: nobody.
ProcessNumber driver_of(std::uint32_t device);

} // namespace ant::mkernel
