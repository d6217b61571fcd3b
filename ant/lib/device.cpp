// SPDX-License-Identifier: GPL-2.0-only
// Claiming devices; see device.h.
#include <ant/lib/device.h>
#include <ant/lib/errno.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

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

int device_claim(int device) {
    return posix_call<SystemCall::device_claim>(static_cast<uint32_t>(device));
}

void* device_map(int device, unsigned bar) {
    const auto index = static_cast<uint32_t>(device);
    ant_device_info info = {};
    if (posix_call<SystemCall::device_map>(index, bar) != 0 || device_info(index, &info) != 0)
        return nullptr;
    return reinterpret_cast<void*>(static_cast<uintptr_t>(info.bar[bar]));
}

int device_bus_master(int device, bool on) {
    return posix_call<SystemCall::device_master>(static_cast<uint32_t>(device), on);
}

int device_interrupt(int device) {
    return posix_call<SystemCall::device_interrupt>(static_cast<uint32_t>(device));
}

} // namespace ant
