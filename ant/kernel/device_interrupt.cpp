// SPDX-License-Identifier: GPL-2.0-only
// From a device's vector to the process that drives the device.
#include "kernel/device_interrupt.h"

#include <array>
#include <atomic>

#include "kernel/communication.h"
#include "kernel/core.h"
#include "kernel/log.h"

namespace ant {

namespace {
constinit std::array<std::atomic<Process*>, x86::device_vectors> bound{};
}

void bind_device_interrupt(std::uint32_t device, Process* driver) {
    bound[device].store(driver, std::memory_order_release);
}

void on_device_interrupt(Vector vector) {
    const std::uint32_t device = vector.value() - x86::first_device_vector.value();
    Process* const driver = bound[device].load(std::memory_order_acquire);
    // One that was on its way while its driver ended, and may belong to another core's by now.
    if (driver == nullptr || driver->core != this_core().number ||
        driver->state == ProcessState::zombie) {
        log_quietly(LogLevel::debug, "device %u interrupts, but nobody drives it here", device);
        return;
    }
    post_interrupt(*driver, device);
}

} // namespace ant
