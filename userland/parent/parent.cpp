// SPDX-License-Identifier: GPL-2.0-only
// The parent's loop, and how a proxy comes into the world.
#include "userland/parent/parent.h"

#include <sys/prctl.h>
#include <sys/syscall.h>

#include "userland/common/log.h"
#include "userland/common/system_call.h"
#include "userland/proxy/executor.h"
#include "userland/proxy/proxy.h"

namespace antlinux {
namespace {

// The new process. It puts its own file in the place of the parent's at once, or the driver would
// not see the parent die. It outlives the parent: a caller's open files are here.
[[noreturn]] void become_proxy(Device device, const ProxyStart& start) {
    // Not a constant of the program's: those are in pages that a new process has not.
    const volatile char name[] = {'a', 'n', 't', '-', 'p', 'r', 'o', 'x', 'y', '\0'};
    int status = 1;
    if (device.move_to(device_descriptor).is_ok()) {
        static_cast<void>(system_call(SYS_prctl, PR_SET_NAME, name));
        status = serve(device, start);
    }
    for (;;)
        static_cast<void>(system_call(SYS_exit_group, status));
}

} // namespace

Errno Parent::run() {
    auto request = device_.get_request();
    while (request.is_ok())
        request = serve(request.value());
    return request.error();
}

Result<antlinux_request> Parent::serve(const antlinux_request& request) {
    const PhysicalAddress lca{request.raddr};
    if (request.kept == 0)
        return serve_with_new_proxy(request);

    // Continued: its proxy sleeps and is woken.
    auto next = device_.wake(lca);
    if (next.is_ok())
        return next;
    switch (number(next.error())) {
    case ESRCH: // it was killed
        return serve_with_new_proxy(request);
    case EINVAL: // the request went with an AnT that is gone
        return device_.get_request();
    default:
        return next;
    }
}

Result<antlinux_request> Parent::serve_with_new_proxy(const antlinux_request& request) {
    const auto created = create_proxy(request);
    // ENOENT, EBUSY: its caller was killed meanwhile (and the LCA's next one calls).
    const bool taken_back =
        !created.is_ok() && (number(created.error()) == ENOENT || number(created.error()) == EBUSY);
    if (!created.is_ok() && !taken_back) {
        if (created.error() != last_failure_)
            log_error("no proxy for a call", created.error());
        last_failure_ = created.error();
        // EINVAL: it has been answered already, or went with an AnT that is gone.
        const auto failed =
            device_.fail(PhysicalAddress{request.raddr}, request.cid, created.error());
        if (!failed.is_ok() && number(failed.error()) != EINVAL)
            log_error("ANT_RET", failed.error());
    }
    return device_.get_request();
}

Result<void> Parent::begin_generation(antlinux_u32 generation) {
    const auto info = device_.info();
    if (!info.is_ok())
        return info.error();
    if (info.value().generation != generation)
        return Errno{ESTALE};
    info_ = info.value();
    return {};
}

// The proxy's file is there before the fork: from now on the driver sees when nobody has it any
// more, and answers the caller.
Result<void> Parent::create_proxy(const antlinux_request& request) {
    if (request.generation != info_.generation)
        if (auto begun = begin_generation(request.generation); !begun.is_ok())
            return begun;
    auto device = device_.bind(PhysicalAddress{request.raddr}, proxies_);
    if (!device.is_ok())
        return device.error();

    const auto child = system_call(SYS_fork);
    if (!child.is_ok()) {
        static_cast<void>(
            device.value().fail(PhysicalAddress{request.raddr}, request.cid, child.error()));
        return child.error();
    }
    if (child.value() == 0)
        become_proxy(std::move(device.value()), {request, info_, &areas_});
    return {};
}

} // namespace antlinux
