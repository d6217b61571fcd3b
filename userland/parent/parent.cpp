// SPDX-License-Identifier: GPL-2.0-only
// The parent's loop, and how a proxy comes into the world.
#include "userland/parent/parent.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "userland/common/fork.h"
#include "userland/common/log.h"
#include "userland/proxy/executor.h"
#include "userland/proxy/proxy.h"

namespace antlinux {
namespace {

bool is_alive(pid_t pid) { return ::kill(pid, 0) == 0; }

// The new process. It lets go of the parent's file at once, or the driver would not see the
// parent die; and it dies with the parent, even when that happened before prctl().
[[noreturn]] void become_proxy(pid_t parent, Device device, const ProxyStart& start) {
    ::close(parent_device_descriptor);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || ::getppid() != parent)
        ::_exit(1);
    if (!device.move_to(proxy_device_descriptor).is_ok())
        ::_exit(1);
    ::_exit(serve(device, start));
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
    if (request.generation != info_.generation)
        return serve_with_new_proxy(request, nullptr);
    ProxyTable::Slot* slot = table_.find(lca);
    if (slot == nullptr)
        return serve_with_new_proxy(request, nullptr);

    // Continued: its proxy sleeps and is woken.
    auto next = device_.wake(lca);
    if (next.is_ok())
        return next;
    switch (number(next.error())) {
    case ESRCH: // it was killed: a new one takes its slot
        return serve_with_new_proxy(request, slot);
    case EINVAL: // the request went with an AnT that is gone
        return device_.get_request();
    default:
        return next;
    }
}

Result<antlinux_request> Parent::serve_with_new_proxy(const antlinux_request& request,
                                                      ProxyTable::Slot* slot) {
    const auto created = create_proxy(request, slot);
    if (!created.is_ok()) {
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

Result<void> Parent::create_proxy(const antlinux_request& request, ProxyTable::Slot* slot) {
    if (request.generation != info_.generation)
        if (auto begun = begin_generation(request.generation); !begun.is_ok())
            return begun;
    if (slot == nullptr)
        slot = slot_for(PhysicalAddress{request.raddr});
    if (slot == nullptr)
        return Errno{EAGAIN};
    auto started = start_proxy(request, *slot);
    if (!started.is_ok())
        slot->release();
    return started;
}

Result<void> Parent::begin_generation(antlinux_u32 generation) {
    const auto info = device_.info();
    if (!info.is_ok())
        return info.error();
    if (info.value().generation != generation)
        return Errno{ESTALE};
    table_.clear();
    info_ = info.value();
    return {};
}

ProxyTable::Slot* Parent::slot_for(PhysicalAddress lca) {
    if (ProxyTable::Slot* slot = table_.claim(lca))
        return slot;
    table_.sweep(is_alive);
    return table_.claim(lca);
}

// The proxy's file is opened and bound here, before the fork: from now on the driver sees when
// nobody has it any more, and answers the caller.
Result<void> Parent::start_proxy(const antlinux_request& request, ProxyTable::Slot& slot) {
    auto device = Device::open();
    if (!device.is_ok())
        return device.error();
    if (auto bound = device.value().bind(PhysicalAddress{request.raddr}); !bound.is_ok())
        return bound.error();

    const pid_t parent = ::getpid();
    const pid_t pid = bare_fork();
    if (pid == 0)
        become_proxy(parent, std::move(device.value()), {request, info_, &slot});
    if (pid < 0) {
        const Errno why = last_errno();
        static_cast<void>(device.value().fail(PhysicalAddress{request.raddr}, request.cid, why));
        return why;
    }
    slot.pid.store(pid, std::memory_order_relaxed);
    return {};
}

} // namespace antlinux
