// SPDX-License-Identifier: GPL-2.0-only
// linux_call() in the kernel: blocking, waking, recording; and the driver's port.
#include "ant/core/linux_call.h"

#include <algorithm>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/core/core.h"
#include "ant/core/failpoints.h"
#include "ant/core/ica.h"
#include "ant/core/region.h"
#include "ant/core/system_call.h"
#include "ant/core/user_memory.h"
#include "ant/linux/observe.h"
#include "ant/linux/port.h"

namespace ant {

namespace {

void finish(Process& process, std::int32_t outcome) {
    this_core().scheduler.finish(process, WaitFor::linux_side, outcome);
}

// Interrupts are off since the driver was asked: Linux has not answered before.
std::int32_t wait_for_linux(Core& core) {
    core.scheduler.expect(WaitFor::linux_side);
    return core.scheduler.wait();
}

std::int32_t call_and_wait(Core& core, Process& process, PhysicalAddress lca, std::uint32_t limit,
                           Traced traced) {
    // In the ICA the virtual address is the physical one; the driver checks that it lies there.
    const auto submitted = linux_driver.submit(core.number, process, lca, limit, traced);
    if (submitted.is_error())
        return system_call_result(submitted.error());
    ++process.core.linux_calls;
    return wait_for_linux(core);
}

// The call, with the stamps that its way left and its paths (<antlinux/observe/trace.h>).
void fill(antlinux_trace_record& record, const Process& process, PhysicalAddress address,
          std::int32_t outcome) {
    antlinux_lca& lca = port::lca_at(address);
    record.stamps = *antlinux_stamps_of(&lca);
    std::ranges::copy(lca.args, record.args);
    record.retval = outcome == 0 ? lca.retval : outcome;
    record.syscallno = lca.syscallno;
    record.cflag = lca.cflag;
    record.sequence = lca.sequence;
    record.process = process.number().value();
    record.lca = address.value();
    static_assert(sizeof record.name == ANT_NAME_BYTES);
    std::ranges::copy(process.mkernel.name, record.name);
    const std::uint32_t left =
        page_size - address.value() % page_size - static_cast<std::uint32_t>(sizeof lca);
    record.text_bytes = std::min(left, ANTLINUX_TRACE_TEXT);
    const char* const behind = reinterpret_cast<const char*>(&lca + 1);
    std::copy_n(behind, record.text_bytes, record.text);
}

std::int32_t call_and_record(Core& core, Process& process, PhysicalAddress address,
                             std::uint32_t limit) {
    antlinux_trace& trace = region_trace();
    const antlinux_u32 began_in = recording(trace);
    const std::uint64_t calls = process.core.linux_calls;
    const std::uint64_t called = time_stamp();
    const std::int32_t outcome = call_and_wait(core, process, address, limit, Traced::yes);
    if (process.core.linux_calls == calls)
        return outcome; // it never set out; `address` may be anything
    end_recorded_call(port::lca_at(address));
    const std::uint64_t returned = time_stamp();
    if (recording(trace) == began_in)
        put_record(trace, [&](antlinux_trace_record& record) {
            fill(record, process, address, outcome);
            record.called = called;
            record.returned = returned;
            record.core = core.number.value();
        });
    return outcome;
}

std::int32_t make_call(PhysicalAddress lca, std::uint32_t limit) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    if (process.core.traced && recording(region_trace()) != 0) [[unlikely]]
        return call_and_record(core, process, lca, limit);
    return call_and_wait(core, process, lca, limit, Traced::no);
}

} // namespace

namespace port {

ProcessNumber number_of(const Process& process) { return process.number(); }
antlinux_lca& lca_at(PhysicalAddress address) {
    return *pointer_to<antlinux_lca>(ica_view(address));
}
bool process_owns(Process& process, PhysicalRange range) {
    return user_may_write(process, {identity(range.base), range.size});
}
bool may_hold_lca(const Process& process, PhysicalRange range, bool keeps_proxy) {
    const auto area = LockedIca()->find(range.base);
    return area && area->range.contains(range) && (!keeps_proxy || area->owner == process.number());
}
Nanoseconds now() { return x86::Clock::now(); }
void send_ipi(CoreNumber to, Vector vector) { x86::LocalApic::send(to, vector); }
void call_finished(Process& process, Result<void> outcome) {
    finish(process, outcome.is_ok() ? 0 : system_call_result(outcome.error()));
}
void released(Process& process) { finish(process, 0); }
void linux_misbehaved(const char* what, std::uint64_t value) { remark(what, value); }

} // namespace port

std::int32_t calls::linux_call(UserPointer<antlinux_lca> block, std::uint32_t milliseconds) {
    const PhysicalAddress lca{address_of(block).value()};
    failpoint::hold(lca, ANTLINUX_STOP_CALL);
    const std::int32_t outcome = make_call(lca, milliseconds);
    failpoint::hold(lca, ANTLINUX_STOP_RETURN);
    return outcome;
}

void take_everything_back() {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    if (!linux_driver.end_process(core.number, process))
        (void)wait_for_linux(core);
}

void release_ica(PhysicalRange area) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    if (!linux_driver.release(core.number, process, area))
        (void)wait_for_linux(core);
}

} // namespace ant
