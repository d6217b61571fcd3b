// SPDX-License-Identifier: GPL-2.0-only
// Interrupts of devices: each goes to the process that drives the device, on that process's core.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/core/process.h"

namespace ant {

// The interrupts of one device.
struct DeviceLine {
    std::atomic<Process*> driver{nullptr};
    std::atomic<std::uint32_t> count{0};
};
using DeviceLines = std::array<DeviceLine, x86::device_vectors>;
extern DeviceLines device_lines;

// Device n interrupts with vector first_device_vector + n.
constexpr Vector device_vector(std::uint32_t device) {
    return Vector{x86::first_device_vector.value() + device};
}
constexpr bool is_device_vector(Vector vector) {
    return vector >= x86::first_device_vector &&
           vector < Vector{x86::first_device_vector.value() + x86::device_vectors};
}

// Says which process gets the device's interrupts; nullptr: none. Called on the m-kernel's core,
// and seen by all.
void bind_device_interrupt(std::uint32_t device, Process* driver);

// How many have come for a driver.
std::uint32_t device_interrupts(std::uint32_t device);

// On the core that was interrupted: the driver gets to know.
void on_device_interrupt(Vector vector);

} // namespace ant
