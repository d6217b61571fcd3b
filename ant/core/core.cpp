// SPDX-License-Identifier: GPL-2.0-only
// Bringing up a core, and messages between cores.
#include "ant/core/core.h"

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/core/communication.h"
#include "ant/core/role.h"

namespace ant {

void initialise_this_core(CoreNumber number, CoreKind kind, PhysicalAddress kernel_directory) {
    Core& core = cores[number.value()];
    core.self = &core;
    core.number = number;
    core.kind = kind;
    core.segments.load(&core, sizeof(Core), kernel_directory);
    x86::load_interrupt_table();
    x86::LocalApic::enable(x86::timer_vector, x86::spurious_vector);
}

namespace {

void handle_message(Core& core, Message message) {
    Process& process = *message.process;
    switch (message.kind) {
    case MessageKind::start:
        prepare_first_run(process);
        core.scheduler.add(process);
        break;
    case MessageKind::kill:
        core.scheduler.request_kill(process);
        break;
    case MessageKind::priority:
        core.scheduler.change_priority(process);
        break;
    case MessageKind::answer:
        core.scheduler.finish(process, WaitFor::mkernel, process.as_client.request.result);
        break;
    case MessageKind::request:
    case MessageKind::gone:
    case MessageKind::ended:
        role::take_message(core, message);
        break;
    case MessageKind::call:
        take_call(core, process);
        break;
    case MessageKind::reply:
        core.scheduler.finish(process, WaitFor::reply, process.as_client.outcome);
        break;
    case MessageKind::withdraw:
        take_withdrawal(core, process);
        break;
    case MessageKind::withdrawn:
        core.scheduler.finish(process, WaitFor::withdrawal, process.as_client.outcome);
        break;
    case MessageKind::notice:
        take_notice(core, process);
        break;
    }
}

} // namespace

void remark(const char* what, std::uint64_t value) {
    Remark& remark = this_core().remark;
    if (remark.is_new.load(std::memory_order_acquire))
        return;
    remark.what = what;
    remark.value = value;
    remark.is_new.store(true, std::memory_order_release);
}

void send_message(Core& to, Message message) {
    Core& self = this_core();
    if (to.number == self.number) {
        handle_message(self, message);
        return;
    }
    const auto posted = to.mailbox.post(self.number, message);
    ASSERT(posted.is_ok()); // see mailbox_depth
    x86::LocalApic::send(to.number, x86::message_vector);
}

void take_messages() {
    Core& core = this_core();
    while (const auto received = core.mailbox.take())
        handle_message(core, received->message);
    role::do_next_step();
}

} // namespace ant
