// SPDX-License-Identifier: GPL-2.0-only
// The calls of /dev/ant.
#include "userland/common/device.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace antlinux {

Result<Device> Device::open() {
    const int fd = ::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return last_errno();
    return Device(fd);
}

Result<void> Device::move_to(int number) {
    if (::dup3(fd_.get(), number, O_CLOEXEC) < 0)
        return last_errno();
    fd_.reset(number);
    return {};
}

Result<antlinux_request> Device::get_request() const {
    antlinux_request request{};
    if (auto got = repeat(ANT_GET, &request); !got.is_ok())
        return got.error();
    return request;
}

Result<antlinux_request> Device::wake(PhysicalAddress lca) const {
    antlinux_request request{};
    request.raddr = number(lca);
    if (::ioctl(fd_.get(), ANT_WAKE, &request) == 0)
        return request;
    if (errno == EINTR)
        return get_request();
    return last_errno();
}

Result<Device> Device::bind(PhysicalAddress lca, antlinux_u32 most) const {
    antlinux_bind bind{.raddr = number(lca), .most = most, .reserved = 0};
    const int fd = ::ioctl(fd_.get(), ANT_BIND, &bind);
    if (fd < 0)
        return last_errno();
    return Device(fd);
}

Result<antlinux_u32> Device::answer_and_wait(PhysicalAddress lca, antlinux_u32 core,
                                             bool files) const {
    antlinux_result result{};
    result.raddr = number(lca);
    result.cid = static_cast<antlinux_u16>(core);
    result.files = files ? 1 : 0;
    int next = ::ioctl(fd_.get(), ANT_NEXT, &result);
    while (next < 0 && errno == EINTR)
        next = ::ioctl(fd_.get(), ANT_WAIT);
    if (next < 0)
        return last_errno();
    return static_cast<antlinux_u32>(next);
}

Result<void> Device::answer(PhysicalAddress lca, antlinux_u32 core) const {
    return fail(lca, core, Errno{0});
}

Result<void> Device::fail(PhysicalAddress lca, antlinux_u32 core, Errno why) const {
    antlinux_result result{};
    result.raddr = number(lca);
    result.cid = static_cast<antlinux_u16>(core);
    result.error = static_cast<antlinux_u32>(why);
    return repeat(ANT_RET, &result);
}

Result<antlinux_info> Device::info() const {
    antlinux_info info{};
    if (auto got = repeat(ANT_INFO, &info); !got.is_ok())
        return got.error();
    return info;
}

// A signal that does not end the process only interrupts: the call is made again.
Result<void> Device::repeat(unsigned long command, void* argument) const {
    while (::ioctl(fd_.get(), command, argument) < 0)
        if (errno != EINTR)
            return last_errno();
    return {};
}

} // namespace antlinux
