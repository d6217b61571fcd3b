// SPDX-License-Identifier: GPL-2.0-only
// The parent's loop, and how a proxy comes into the world.
#include "userland/parent/parent.h"

#include "userland/common/log.h"
#include "userland/common/system_call.h"
#include "userland/proxy/proxy.h"

namespace antlinux {

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

    const auto child = fork_process();
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
