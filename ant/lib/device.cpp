// SPDX-License-Identifier: GPL-2.0-only
// Claiming devices; see device.h.
#include <ant/lib/device.h>
#include <ant/lib/errno.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

int device_call(ant_syscall number, int device, uintptr_t argument = 0) {
    return static_cast<int>(
        posix_result(system_call(number, static_cast<uintptr_t>(device), argument)));
}

template<typename Matches> int find(Matches matches) {
    ant_device_info info = {};
    for (int index = 0; device_info(static_cast<uint32_t>(index), &info) == 0; index++)
        if (matches(info))
            return index;
    last_error = ENODEV;
    return -1;
}

} // namespace

int find_device(uint16_t vendor_id, uint16_t device_id) {
    return find([=](const ant_device_info& info) {
        return info.vendor_id == vendor_id && info.device_id == device_id;
    });
}

int find_device_at(uint32_t bus, uint32_t device, uint32_t function) {
    return find([=](const ant_device_info& info) {
        return info.bus == bus && info.device == device && info.function == function;
    });
}

int device_claim(int device) { return device_call(ANT_SYS_DEVICE_CLAIM, device); }

void* device_map(int device, unsigned bar) {
    ant_device_info info = {};
    if (device_call(ANT_SYS_DEVICE_MAP, device, bar) != 0 ||
        device_info(static_cast<uint32_t>(device), &info) != 0)
        return nullptr;
    return reinterpret_cast<void*>(static_cast<uintptr_t>(info.bar[bar]));
}

int device_bus_master(int device, bool on) {
    return device_call(ANT_SYS_DEVICE_MASTER, device, on ? 1 : 0);
}

int device_interrupt(int device) { return device_call(ANT_SYS_DEVICE_INTERRUPT, device); }

} // namespace ant
