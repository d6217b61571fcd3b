// SPDX-License-Identifier: GPL-2.0-only
// Asking the m-kernel, from its own core or another.
#include "ant/core/request.h"

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"

namespace ant {

std::int32_t ask_mkernel(RequestKind kind, std::uint32_t first, std::uint32_t second,
                         std::uint32_t third, std::uint32_t fourth) {
    Core& core = this_core();
    Process& process = *core.scheduler.current();
    process.as_client.request = {.kind = kind, .arguments = {first, second, third, fourth}};
    core.scheduler.expect(WaitFor::mkernel);
    send_message(mkernel_core(), MessageKind::request, process);
    const std::int32_t result = core.scheduler.wait();

    // The m-kernel may have changed this process's page tables, from another core.
    if (kind == RequestKind::memory_map || kind == RequestKind::ica_map ||
        kind == RequestKind::ica_unmap || kind == RequestKind::ica_tables ||
        kind == RequestKind::device_map)
        x86::flush_tlb();
    return result;
}

} // namespace ant
