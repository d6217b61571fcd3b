// SPDX-License-Identifier: GPL-2.0-only
// From a device's vector to the process that drives the device.
#include "ant/core/device_interrupt.h"

#include "ant/core/communication.h"
#include "ant/core/core.h"

namespace ant {

void bind_device_interrupt(std::uint32_t device, Process* driver) {
    device_lines[device].driver.store(driver, std::memory_order_release);
}

std::uint32_t device_interrupts(std::uint32_t device) {
    return device_lines[device].count.load(std::memory_order_relaxed);
}

void on_device_interrupt(Vector vector) {
    const std::uint32_t device = vector.value() - x86::first_device_vector.value();
    DeviceLine& line = device_lines[device];
    Process* const driver = line.driver.load(std::memory_order_acquire);
    // One that was on its way while its driver ended, and may belong to another core's by now.
    if (driver == nullptr || driver->core_number() != this_core().number ||
        driver->core.state == ProcessState::zombie) {
        remark("a device interrupts, but nobody drives it here", device);
        return;
    }
    line.count.fetch_add(1, std::memory_order_relaxed);
    post_interrupt(*driver, device);
}

} // namespace ant
