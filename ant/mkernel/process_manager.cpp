// SPDX-License-Identifier: GPL-2.0-only
// Life and death of processes.
#include "ant/mkernel/process_manager.h"

#include <algorithm>

#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/mkernel/console_input.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/shells.h"
#include "ant/mkernel/watches.h"

namespace ant::mkernel {

namespace {

constinit std::uint32_t last_number = 0;

// Numbers count up; one whose slot is taken is left out.
Result<ProcessNumber> free_number() {
    for (std::uint32_t tried = 0; tried < max_processes; ++tried) {
        last_number = last_number == 0x7fff'ffff ? 1 : last_number + 1;
        const Process& slot = slot_of(ProcessNumber{last_number});
        if (slot.state == ProcessState::free && !slot.is_mentioned())
            return ProcessNumber{last_number};
    }
    return Errno::eagain;
}

bool runs(CoreNumber core) {
    return std::ranges::find(running_cores.all(), core) != running_cores.all().end();
}

void fill_slot(Process& process, ProcessNumber number, const Creation& creation,
               const LoadedProgram& program, std::string_view name) {
    process.parent = creation.parent;
    process.core = creation.core;
    process.console = creation.console;
    process.new_priority = creation.priority;
    process.name = {};
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    std::ranges::copy(name.substr(0, process.name.size() - 1), process.name.begin());
    process.page_directory = program.directory;
    process.heap_end = VirtualAddress{ANT_USER_HEAP};
    process.private_pages = program.pages;
    process.ica_pages = {};
    process.started = x86::Clock::now();
    process.waiter = process.waits_for = nullptr;
    process.kill_sent = process.ended = process.freed = process.drives_device = false;

    process.state = ProcessState::created;
    process.sleeping = process.kill_requested = process.exiting = false;
    process.in_linux = process.told_gone = process.interruptible = process.receiving = false;
    process.priority = creation.priority;
    process.is_thread = false;
    process.interrupts.store(0, std::memory_order_relaxed);
    process.somebody_ended.store(false, std::memory_order_relaxed);
    process.run_time = {};
    process.linux_calls = 0;
    // The parent is blocked in spawn() meanwhile; 0: the kernel starts it.
    process.traced = creation.parent != ProcessNumber{} && slot_of(creation.parent).traced;
    process.entry = program.entry;
    process.first_stack = program.stack;
    // Last: from here on a call to this number finds the process.
    std::atomic_signal_fence(std::memory_order_release);
    process.number = number;
}

// Nobody will ask for its status any more: the slot is free once the process has nothing any more.
void forget(Process& process) {
    process.parent = {};
    if (!process.freed)
        return;
    process.number = {};
    process.state = ProcessState::free;
}

void give_to_waiter(Process& child) {
    Process& parent = *child.waiter;
    child.waiter = nullptr;
    parent.waits_for = nullptr;
    parent.request.status = child.exit_status;
    answer(parent, static_cast<std::int32_t>(child.number.value()));
    forget(child);
}

void leave_children(ProcessNumber parent) {
    for (Process& child : processes) {
        if (child.state == ProcessState::free || child.parent != parent)
            continue;
        child.parent = {};
        if (child.ended)
            forget(child);
    }
}

} // namespace

Result<ProcessNumber> create_process(const Arguments& arguments, const Creation& creation) {
    if (!runs(creation.core))
        return Errno::einval;
    const ProcessNumber number = TRY(free_number());
    const LoadedProgram program = TRY(load_program(arguments, creation.image));
    Process& process = slot_of(number);
    fill_slot(process, number, creation, program, arguments.program());
    send_message(cores[creation.core.value()], MessageKind::start, process);
    return number;
}

Result<Process*> create_thread(VirtualAddress code, const Creation& creation) {
    ASSERT(creation.core == this_core().number);
    const ProcessNumber number = TRY(free_number());
    const PageCount before = frames.available();
    LoadedProgram program{.directory = TRY(make_page_directory()), .entry = code};
    program.pages = before - frames.available();
    Process& thread = slot_of(number);
    fill_slot(thread, number, creation, program, "kernel thread");
    thread.is_thread = true;
    send_message(this_core(), MessageKind::start, thread);
    return &thread;
}

Result<Process*> find_process(ProcessNumber number) {
    Process& process = slot_of(number);
    if (process.state == ProcessState::free || process.number != number || process.ended)
        return Errno::esrch;
    return &process;
}

void answer(Process& process, std::int32_t result) {
    process.request.result = result;
    send_message(cores[process.core.value()], MessageKind::answer, process);
}

void wait_for_child(Process& parent, ProcessNumber number) {
    Process& child = slot_of(number);
    if (child.state == ProcessState::free || child.number != number ||
        child.parent != parent.number) {
        answer(parent, system_call_result(Errno::echild));
        return;
    }
    if (parent.kill_sent && !child.ended) {
        answer(parent, system_call_result(Errno::eintr));
        return;
    }
    child.waiter = &parent;
    parent.waits_for = &child;
    if (child.ended)
        give_to_waiter(child);
}

void kill_process(Process& process, std::uint32_t status) {
    if (process.kill_sent)
        return;
    process.kill_sent = true;
    process.kill_with = status;
    // What it waits for here would otherwise keep it for ever.
    if (process.waits_for != nullptr) {
        process.waits_for->waiter = nullptr;
        process.waits_for = nullptr;
        answer(process, system_call_result(Errno::eintr));
    }
    cancel_console_read(process);
    process.kill_on_the_way.store(true, std::memory_order_release);
    send_message(cores[process.core.value()], MessageKind::kill, process);
}

void change_priority(Process& process, std::uint32_t priority) {
    process.new_priority = priority;
    if (!process.priority_on_the_way.exchange(true, std::memory_order_acq_rel))
        send_message(cores[process.core.value()], MessageKind::priority, process);
}

void process_gone(Process& process) {
    process.ended = true;
    end_watches(process.number);
    release_console(process);
    leave_children(process.number);
    start_successor(process.number, process.started, process.exit_status);
    if (process.waiter != nullptr)
        give_to_waiter(process);
    else if (process.parent == ProcessNumber{})
        forget(process);
}

void process_ended(Process& process) {
    ASSERT(!process.drives_device); // end_current_process()
    LockedIca()->free_all(process.number);
    const PageCount before = frames.available();
    unload_program(process.page_directory);
    ASSERT(frames.available() - before == process.private_pages);
    process.freed = true;
    if (!process.ended)
        process_gone(process);
    else if (process.parent == ProcessNumber{})
        forget(process);
}

} // namespace ant::mkernel
