// SPDX-License-Identifier: GPL-2.0-only
// The calls of /dev/ant.
#include "userland/common/device.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "userland/common/system_call.h"

namespace antlinux {
namespace {

bool is_interrupted(const Result<long>& done) {
    return !done.is_ok() && done.error() == Errno::eintr;
}

Result<void> without_value(const Result<long>& done) {
    if (!done.is_ok())
        return done.error();
    return {};
}

} // namespace

// One of the driver's commands.
Result<long> Device::command(unsigned long number, void* argument) const {
    return system_call(SYS_ioctl, fd_.get(), number, argument);
}

// A signal that does not end the process only interrupts: the command is given again.
Result<void> Device::repeat(unsigned long number, void* argument) const {
    auto done = command(number, argument);
    while (is_interrupted(done))
        done = command(number, argument);
    return without_value(done);
}

Result<Device> Device::open() {
    const int fd = ::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return last_errno();
    return Device(fd);
}

Result<void> Device::move_to(int number) {
    if (auto moved = system_call(SYS_dup3, fd_.get(), number, O_CLOEXEC); !moved.is_ok())
        return moved.error();
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
    const auto woken = command(ANT_WAKE, &request);
    if (woken.is_ok())
        return request;
    if (is_interrupted(woken))
        return get_request();
    return woken.error();
}

Result<Device> Device::bind(PhysicalAddress lca, antlinux_u32 most) const {
    antlinux_bind bind{.raddr = number(lca), .most = most, .reserved = 0};
    const auto fd = command(ANT_BIND, &bind);
    if (!fd.is_ok())
        return fd.error();
    return Device(static_cast<int>(fd.value()));
}

Result<antlinux_u32> Device::answer_and_wait(PhysicalAddress lca, antlinux_u32 core,
                                             bool files) const {
    antlinux_result result{};
    result.raddr = number(lca);
    result.cid = static_cast<antlinux_u16>(core);
    result.files = files ? 1 : 0;
    auto next = command(ANT_NEXT, &result);
    while (is_interrupted(next))
        next = command(ANT_WAIT, nullptr);
    if (!next.is_ok())
        return next.error();
    return static_cast<antlinux_u32>(next.value());
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

} // namespace antlinux
