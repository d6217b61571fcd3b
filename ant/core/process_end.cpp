// SPDX-License-Identifier: GPL-2.0-only
// How a process ends: by itself, by kill, by a fault.
#include "ant/core/process_end.h"

#include "ant/core/communication.h"
#include "ant/core/core.h"
#include "ant/core/linux_call.h"
#include "ant/core/request.h"

namespace ant {

using End = Process::End;

void end_current_process(std::uint32_t status) {
    Scheduler& scheduler = this_core().scheduler;
    Process& process = *scheduler.current();
    if (process.core.end == End::none)
        process.core.end = End::exiting;
    else if (process.core.end == End::killed)
        process.core.end = End::exiting_killed;
    process.core.exit_status = status;
    refuse_requests(process, Loans::wait);
    take_everything_back();
    if (process.mkernel.drives_device)
        (void)ask_mkernel<SystemCall::devices_release>();
    // Linux and devices have let go of what was lent to this server.
    refuse_requests(process, Loans::end);
    scheduler.leave();
}

void report_gone(Process& process) {
    if (process.core.end == End::told)
        return;
    process.core.end = End::told;
    process.core.exit_status = process.mkernel.kill_status;
    refuse_requests(process, Loans::wait);
    send_message(mkernel_core(), MessageKind::gone, process);
}

void end_faulted_process(const x86::TrapFrame& frame, VirtualAddress fault) {
    const std::int32_t status = ask_mkernel<SystemCall::report_fault>(
        frame.vector, frame.error_code, fault.value(), frame.eip);
    end_current_process(static_cast<std::uint32_t>(status));
}

} // namespace ant
