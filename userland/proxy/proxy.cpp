// SPDX-License-Identifier: GPL-2.0-only
// The proxy process: map, execute, answer, sleep or exit (paper section 3.3.3).
#include "userland/proxy/proxy.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <antlinux/observe/stops.h>

#include <atomic>
#include <cstring>

#include "userland/common/system_call.h"
#include "userland/proxy/executor.h"
#include "userland/proxy/failpoints.h"

namespace antlinux {
namespace {

// The ICA in the proxy's address space. Mapping it costs nothing; its pages come in when they
// are touched. It stays until the process ends.
Result<std::span<std::byte>> map_ica(const Device& device, const antlinux_info& info) {
    const auto memory = system_call(SYS_mmap, 0, info.ica_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                                    device.fd(), info.ica_base);
    if (!memory.is_ok())
        return memory.error();
    return std::span(reinterpret_cast<std::byte*>(memory.value()), info.ica_size);
}

// AnT can change the LCA while we work on it: what is decided once must stay so. The fence keeps
// the compiler from reading the original again.
antlinux_lca copy_of(const antlinux_lca* shared) {
    antlinux_lca copy{};
    std::memcpy(&copy, shared, sizeof copy);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return copy;
}

// For a process that wants to know where the time goes.
void stamp(antlinux_lca& shared, antlinux_stop stop) {
    antlinux_stamps& stamps = *antlinux_stamps_of(&shared);
    if (antlinux_is_wanted(std::atomic_ref(stamps.wanted).load(std::memory_order_relaxed), stop))
        std::atomic_ref(stamps.stamp[stop])
            .store(static_cast<antlinux_u32>(__builtin_ia32_rdtsc()), std::memory_order_relaxed);
}

// Returns the exit status.
int serve(const Device& device, const ProxyStart& start) {
    hold(device, ANTLINUX_STOP_HANDED);
    const PhysicalAddress raddr{start.request.raddr};
    const auto memory = map_ica(device, start.info);
    if (!memory.is_ok()) {
        static_cast<void>(device.fail(raddr, start.request.cid, memory.error()));
        return 1;
    }
    const Ica ica(PhysicalAddress{start.info.ica_base}, memory.value(), *start.areas, raddr);
    const auto bytes = ica.range(raddr, sizeof(antlinux_lca));
    if (!bytes.is_ok()) {
        static_cast<void>(device.fail(raddr, start.request.cid, bytes.error()));
        return 1;
    }
    auto* shared = reinterpret_cast<antlinux_lca*>(bytes.value());

    antlinux_u32 core = start.request.cid;
    int files = 0;
    for (;;) {
        const antlinux_lca call = copy_of(shared);
        stamp(*shared, ANTLINUX_STOP_BEGUN);
        hold(device, ANTLINUX_STOP_BEGUN);
        const antlinux_s64 result = execute(call, ica, files);
        stamp(*shared, ANTLINUX_STOP_DONE);
        hold(device, ANTLINUX_STOP_DONE);
        std::atomic_ref(shared->retval).store(result, std::memory_order_release);
        if (call.cflag != ANTLINUX_CFLAG_CONTINUE)
            return device.answer(raddr, core).is_ok() ? 0 : 1;
        const auto next = device.answer_and_wait(raddr, core, files > 0);
        // An error says that this proxy's time is over: AnT is gone, or another needs its place.
        if (!next.is_ok())
            return 0;
        core = next.value();
    }
}

} // namespace

// It puts its own file in the place of the parent's at once, or the driver would not see the parent
// die. It outlives the parent: a caller's open files are here.
void become_proxy(Device device, const ProxyStart& start) {
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

} // namespace antlinux
