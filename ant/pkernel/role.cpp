// SPDX-License-Identifier: GPL-2.0-only
// The p-kernel's role: for memory, processes and everything people see it asks the m-kernel.
#include "ant/core/role.h"

#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/core/panic.h"
#include "ant/core/request.h"

namespace ant {

void role::take_message(Core&, const Message& message) {
    panic("message %u is for the m-kernel", static_cast<unsigned>(message.kind));
}

void role::do_next_step() {}
void role::on_timer() {}
Nanoseconds role::next_alarm() { return {~std::uint64_t{0}}; }

Result<void> role::add_stack_page(Process&, VirtualAddress page) {
    if (ask_mkernel<SystemCall::stack_page>(UserPointer<void>{page.value()}) < 0)
        return Errno::enomem;
    return {};
}

void role::end_panic() {
    // Formatting and the consoles are the m-kernel's; the NMI reaches it whatever it is doing.
    x86::LocalApic::send_nmi(mkernel_core().number);
    x86::halt_for_ever();
}

void role::stop_for_panic() { x86::halt_for_ever(); }

} // namespace ant
