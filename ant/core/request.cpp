// SPDX-License-Identifier: GPL-2.0-only
// Asking the m-kernel, from its own core or another.
#include "ant/core/request.h"

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"

namespace ant {

std::int32_t ask_mkernel(SystemCall call, const CallWords& arguments) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    process.as_client.request = {.call = call, .arguments = arguments};
    core.scheduler.expect(WaitFor::mkernel);
    send_message(mkernel_core(), MessageKind::request, process);
    const std::int32_t result = core.scheduler.wait();

    // The m-kernel may have changed this process's page tables, from another core.
    if (call == SystemCall::memory_map || call == SystemCall::ica_map ||
        call == SystemCall::ica_tables || call == SystemCall::device_map)
        x86::flush_tlb();
    return result;
}

} // namespace ant
