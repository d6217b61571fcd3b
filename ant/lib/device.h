// SPDX-License-Identifier: GPL-2.0-only
// What a driver needs: a PCI device of AnT's, its registers, its interrupts. A driver
// is a process like any other; docs/writing-an-ant-driver.md shows one.
//
// A device is named by its index in device_info(). All functions return -1 (or nullptr)
// and set last_error on failure: ENODEV no such device, EPERM not claimed by this process.
#ifndef ANT_LIB_DEVICE_H
#define ANT_LIB_DEVICE_H

#include <ant/lib/mmio.h>
#include <ant/lib/process.h>

namespace ant {

/// The first device of AnT's with this ID.
[[nodiscard]] int find_device(uint16_t vendor_id, uint16_t device_id);

/// The device at that place: several may have the same ID.
[[nodiscard]] int find_device_at(uint32_t bus, uint32_t device, uint32_t function);

/// Makes the device this process's alone, until the process ends. EBUSY: another drives it. EPERM:
/// only with ANT_RIGHT_DEVICES (ant/abi/syscall.h), which `driver` at a shell passes on.
[[nodiscard]] int device_claim(int device);

/// Maps the registers behind a base address register (0..5) into this process, uncached.
/// ENODEV: it has none; ENXIO: the firmware gave it no address; EINVAL: it shares its page
/// with other devices.
[[nodiscard]] void* device_map(int device, unsigned bar);

/// Allows or forbids the device to read and write memory (DMA). With it on the device reaches
/// all memory of the machine, Linux's too: give it addresses of ICA areas only.
[[nodiscard]] int device_bus_master(int device, bool on);

/// From now on the device's interrupts come to this process, as messages. Switches bus mastering
/// on: a message-signalled interrupt is a write to memory. ENODEV: it has no MSI.
[[nodiscard]] int device_interrupt(int device);

} // namespace ant

#endif
