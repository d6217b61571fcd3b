// SPDX-License-Identifier: GPL-2.0-only
// The m-kernel's role.
#include "kernel/role.h"

#include "kernel/core.h"
#include "mkernel/log.h"
#include "mkernel/mkernel.h"

namespace ant {

namespace {

void log_remark(CoreNumber core, const char* what, std::uint64_t value) {
    log(LogLevel::warning, "core %u: %s (0x%llx)", core.value(), what,
        static_cast<unsigned long long>(value));
}

void log_remarks() {
    for (Core& core : cores) {
        if (!core.remark.on_the_way.load(std::memory_order_acquire))
            continue;
        log_remark(core.number, core.remark.what, core.remark.value);
        core.remark.on_the_way.store(false, std::memory_order_release);
    }
}

} // namespace

void role::take_message(Core&, const Message& message) {
    switch (message.kind) {
    case MessageKind::request:
        return mkernel::handle_request(*message.process);
    case MessageKind::gone:
        return mkernel::process_gone(*message.process);
    case MessageKind::ended:
        return mkernel::process_ended(*message.process);
    case MessageKind::remark:
        return log_remarks();
    default:
        panic("message %u is not for the m-kernel", static_cast<unsigned>(message.kind));
    }
}

void role::on_timer() { mkernel::poll_consoles(); }
x86::Nanoseconds role::next_alarm() { return mkernel::next_console_poll(); }

Result<void> role::add_stack_page(Process& process, VirtualAddress page) {
    return mkernel::add_stack_page(process, page);
}

void role::remark(const char* what, std::uint64_t value) {
    log_remark(this_core().number, what, value);
}

} // namespace ant
