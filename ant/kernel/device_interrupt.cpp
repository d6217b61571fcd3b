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

struct Line {
    std::atomic<Process*> driver{nullptr};
    std::atomic<std::uint32_t> count{0};
};
constinit std::array<Line, x86::device_vectors> lines{};

} // namespace

void bind_device_interrupt(std::uint32_t device, Process* driver) {
    lines[device].driver.store(driver, std::memory_order_release);
}

std::uint32_t device_interrupts(std::uint32_t device) {
    return lines[device].count.load(std::memory_order_relaxed);
}

void on_device_interrupt(Vector vector) {
    const std::uint32_t device = vector.value() - x86::first_device_vector.value();
    Process* const driver = lines[device].driver.load(std::memory_order_acquire);
    // One that was on its way while its driver ended, and may belong to another core's by now.
    if (driver == nullptr || driver->core != this_core().number ||
        driver->state == ProcessState::zombie) {
        log_quietly(LogLevel::debug, "device %u interrupts, but nobody drives it here", device);
        return;
    }
    lines[device].count.fetch_add(1, std::memory_order_relaxed);
    post_interrupt(*driver, device);
}

} // namespace ant
