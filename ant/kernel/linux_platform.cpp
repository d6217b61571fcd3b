// SPDX-License-Identifier: GPL-2.0-only
// What the Linux-cooperation driver needs of the kernel: blocking, waking, IPIs, ownership.
#include "kernel/linux_platform.h"

#include "arch/x86/local_apic.h"
#include "kernel/core.h"
#include "kernel/process_end.h"
#include "kernel/role.h"
#include "kernel/user_memory.h"

namespace ant {

namespace {

void finish(CoreNumber core, ProcessNumber number, std::int32_t outcome) {
    Process& process = slot_of(number);
    ASSERT(process.number == number); // it waits for exactly this
    ASSERT(process.core == core);
    process.linux_outcome = outcome;
    process.linux_done = true;
    cores[core.value()].scheduler.wake(process);
}

// Nobody deletes it: it needs no virtual destructor.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class Platform final : public LinuxDriverPlatform {
public:
    constexpr Platform() = default;

    antlinux_lca& lca_at(PhysicalAddress address) override {
        return *pointer_to<antlinux_lca>(identity(address));
    }
    bool process_owns(ProcessNumber number, PhysicalRange range) override {
        Process* process = this_core().scheduler.current();
        ASSERT(process != nullptr);
        ASSERT(process->number == number);
        return user_may_write(*process, {identity(range.base), range.size});
    }
    void send_ipi(CoreNumber to, Vector vector) override { x86::LocalApic::send(to, vector); }
    void call_finished(CoreNumber core, ProcessNumber process, Result<void> outcome) override {
        finish(core, process, outcome.is_ok() ? 0 : system_call_result(outcome.error()));
    }
    void released(CoreNumber core, ProcessNumber process) override { finish(core, process, 0); }
    void linux_misbehaved(CoreNumber, const char* what, std::uint64_t value) override {
        role::remark(what, value);
    }
};

constinit Platform platform;

std::int32_t wait_for_linux(Core& core, Process& process) {
    process.in_linux = true;
    if (process.kill_requested)
        report_gone(process, process.kill_status);
    while (!process.linux_done)
        core.scheduler.block();
    process.in_linux = false;
    return process.linux_outcome;
}

} // namespace

LinuxDriverPlatform& linux_platform() { return platform; }

std::int32_t linux_call(std::uint32_t lca_address) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    process.linux_done = false;
    // In the ICA the virtual address is the physical one; the driver checks that it lies there.
    const auto submitted =
        linux_driver.submit(core.number, process.number, PhysicalAddress{lca_address});
    if (submitted.is_error())
        return system_call_result(submitted.error());
    ++process.linux_calls;
    return wait_for_linux(core, process);
}

void take_everything_back() {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    process.linux_done = false;
    if (!linux_driver.end_process(core.number, process.number))
        (void)wait_for_linux(core, process);
}

void release_ica(PhysicalRange area) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    process.linux_done = false;
    if (!linux_driver.release(core.number, process.number, area))
        (void)wait_for_linux(core, process);
}

} // namespace ant
