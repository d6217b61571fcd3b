// SPDX-License-Identifier: GPL-2.0-only
// The m-kernel's role.
#include "ant/core/role.h"

#include "ant/core/core.h"
#include "ant/mkernel/log.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/shells.h"
#include "ant/mkernel/steps.h"
#include "ant/mkernel/system_call.h"

namespace ant {

namespace {

void log_remarks() {
    for (Core& core : cores) {
        Remark& remark = core.remark;
        if (!remark.is_new.load(std::memory_order_acquire))
            continue;
        log(LogLevel::warning, "core %u: %s (0x%llx)", core.number.value(), remark.what,
            static_cast<unsigned long long>(remark.value));
        remark.is_new.store(false, std::memory_order_release);
    }
}

} // namespace

void role::take_message(Core&, const Message& message) {
    switch (message.kind) {
    case MessageKind::request:
        return mkernel::serve_call(*message.process);
    case MessageKind::gone:
        return mkernel::process_gone(*message.process);
    case MessageKind::ended:
        return mkernel::process_ended(*message.process);
    default:
        panic("message %u is not for the m-kernel", static_cast<unsigned>(message.kind));
    }
}

void role::do_next_step() { mkernel::do_next_step(); }

void role::on_timer() {
    log_remarks();
    mkernel::poll_consoles();
    mkernel::retry_shells();
}
Nanoseconds role::next_alarm() { return mkernel::next_console_poll(); }

Result<void> role::add_stack_page(Process& process, VirtualAddress page) {
    return mkernel::add_stack_page(process, page);
}

} // namespace ant
