// SPDX-License-Identifier: GPL-2.0-only
// Life and death of processes.
#include "ant/mkernel/process_manager.h"

#include <algorithm>
#include <memory>

#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/user_memory.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/console_input.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/shells.h"
#include "ant/mkernel/steps.h"
#include "ant/mkernel/system_call.h"
#include "ant/mkernel/watches.h"

namespace ant::mkernel {

namespace {

using Life = Process::Life;

constinit std::uint32_t last_number = 0;

// Slots that are not free. The last ones are kept for the kernel's own processes: each console can
// have its shell again, with which a full table is repaired.
constinit std::uint32_t taken_slots = 0;
constexpr std::uint32_t kept_slots = console_count;

bool runs(CoreNumber core) {
    return std::ranges::find(running_cores.all(), core) != running_cores.all().end();
}

// Before anything is done for it.
Result<void> check(const Creation& creation) {
    if (!runs(creation.core))
        return Errno::einval;
    const bool is_kernels = creation.parent == ProcessNumber{};
    if (taken_slots + (is_kernels ? 0 : kept_slots) >= max_processes)
        return Errno::eagain;
    return {};
}

// Numbers count up; one whose slot is taken is left out.
Result<ProcessNumber> free_number(const Creation& creation) {
    TRY(check(creation)); // others were created meanwhile
    for (std::uint32_t tried = 0; tried < max_processes; ++tried) {
        last_number = last_number == 0x7fff'ffff ? 1 : last_number + 1;
        const Process& slot = slot_of(ProcessNumber{last_number});
        if (slot.is_free() && !slot.is_mentioned())
            return ProcessNumber{last_number};
    }
    return Errno::eagain;
}

Process& fill_slot(ProcessNumber number, const Creation& creation, const LoadedProgram& program,
                   std::string_view name) {
    Process& process = *std::construct_at(&slot_of(number));
    process.mkernel = {
        .life = Life::alive,
        .parent = creation.parent,
        .origin = creation.parent,
        .rights = creation.rights,
        .core = creation.core,
        .console = creation.console,
        .page_directory = program.directory,
        .entry = program.entry,
        .first_stack = program.stack,
        .heap_end = VirtualAddress{ANT_USER_HEAP},
        .private_pages = program.pages,
        .started = x86::Clock::now(),
    };
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    std::ranges::copy(name.substr(0, process.mkernel.name.size() - 1),
                      process.mkernel.name.begin());
    process.core.priority = creation.priority;
    // The parent is blocked in spawn() meanwhile; 0: the kernel starts it.
    process.core.traced =
        creation.parent != ProcessNumber{} && slot_of(creation.parent).core.traced;
    // Last: from here on a call to this number finds the process.
    std::atomic_signal_fence(std::memory_order_release);
    process.mkernel.number = number;
    ++taken_slots;
    return process;
}

// Nobody will ask for its status any more: the slot is free once the process has nothing any more.
void forget(Process& process) {
    process.mkernel.parent = {};
    if (process.mkernel.life != Life::left)
        return;
    process.mkernel.number = {};
    process.mkernel.life = Life::none;
    --taken_slots;
}

void leave_children(const Process& parent) {
    for (Process& child : processes) {
        if (child.is_free())
            continue;
        if (child.mkernel.origin == parent.number())
            child.mkernel.origin = parent.mkernel.origin;
        if (child.mkernel.parent != parent.number())
            continue;
        child.mkernel.parent = {};
        if (child.has_ended())
            forget(child);
    }
}

} // namespace

Result<std::optional<ProcessNumber>> create_some(const Arguments& arguments,
                                                 const Creation& creation, Process::Work& work) {
    const PageCount before = frames.available();
    if (work.place == PhysicalAddress{}) {
        TRY(check(creation));
        work.place = TRY(make_page_directory());
    }
    const auto file = TRY(program_file(arguments, creation.image));
    const ElfLoadPlan plan = TRY(plan_elf(file));
    const bool is_all = TRY(load_some(work.place, plan, work.done));
    if (!is_all) {
        work.frames += before - frames.available();
        return std::optional<ProcessNumber>{};
    }
    LoadedProgram program = TRY(finish_program(work.place, arguments, plan));
    program.pages = work.frames + (before - frames.available());
    const ProcessNumber number = TRY(free_number(creation));
    Process& process = fill_slot(number, creation, program, arguments.program());
    work = {};
    send_message(cores[creation.core.value()], MessageKind::start, process);
    return std::optional{number};
}

bool undo_creation(Process::Work& work) {
    if (work.place != PhysicalAddress{} && !unload_some(work.place))
        return false;
    work = {};
    return true;
}

Result<ProcessNumber> create_process(const Arguments& arguments, const Creation& creation) {
    Process::Work work{};
    while (true) {
        const auto created = create_some(arguments, creation, work);
        if (created.is_ok() && !created.value())
            continue;
        if (created.is_ok())
            return *created.value();
        while (!undo_creation(work)) {
        }
        return created.error();
    }
}

Result<Process*> find_process(ProcessNumber number) {
    Process& process = slot_of(number);
    if (process.number() != number || !process.is_alive())
        return Errno::esrch;
    return &process;
}

bool rules_over(const Process& process, const Process& other) {
    if ((process.mkernel.rights & ANT_RIGHT_PROCESSES) != 0)
        return true;
    // Each one's origin is older and has not ended: leave_children().
    const Process* at = &other;
    while (at != &process && at->mkernel.origin != ProcessNumber{})
        at = &slot_of(at->mkernel.origin);
    return at == &process;
}

Result<Process*> find_subject(const Process& process, ProcessNumber number) {
    Process* const found = TRY(find_process(number));
    if (!rules_over(process, *found))
        return Errno::eperm;
    return found;
}

void answer(Process& process, std::int32_t result) {
    process.as_client.request.result = result;
    send_message(core_of(process), MessageKind::answer, process);
}

Answer calls::wait(Process& parent, ProcessNumber number, UserPointer<std::uint32_t> status) {
    Process& child = slot_of(number);
    if (child.is_free() || child.number() != number || child.mkernel.parent != parent.number())
        return Errno::echild;
    if (!child.has_ended()) {
        if (parent.mkernel.life == Life::killed)
            return Errno::eintr;
        child.mkernel.waiter = &parent;
        parent.mkernel.child = &child;
        return Answer::later(); // announce_end()
    }
    child.mkernel.waiter = parent.mkernel.child = nullptr;
    const std::uint32_t exit_status = child.core.exit_status;
    forget(child);
    if (status.value() != 0)
        TRY(write_user(parent, status, exit_status));
    return static_cast<std::int32_t>(number.value());
}

void kill_process(Process& process, std::uint32_t status) {
    if (process.mkernel.life != Life::alive)
        return;
    process.mkernel.life = Life::killed;
    process.mkernel.kill_status = status;
    // What it waits for here would otherwise never let it go.
    if (process.mkernel.child != nullptr) {
        process.mkernel.child->mkernel.waiter = nullptr;
        process.mkernel.child = nullptr;
        answer(process, system_call_result(Errno::eintr));
    }
    cancel_console_read(process);
    process.post<Process::kill_on_the_way>();
    send_message(core_of(process), MessageKind::kill, process);
}

void change_priority(Process& process, std::uint32_t priority) {
    process.mkernel.new_priority = priority;
    if (!process.post<Process::priority_on_the_way>())
        send_message(core_of(process), MessageKind::priority, process);
}

// Its status is known: for others it is no more.
void announce_end(Process& process) {
    end_watches(process.number());
    release_console(process);
    leave_children(process);
    start_successor(process.number(), process.mkernel.started, process.core.exit_status);
    if (process.mkernel.waiter != nullptr)
        serve_call(*process.mkernel.waiter);
    else if (process.mkernel.parent == ProcessNumber{})
        forget(process);
}

namespace {

// Linux may write to its areas of the ICA for as long as it likes, and to nothing else of it. The
// process is on its way out of the kernel, which reads no private memory there.
void take_pages_back(Process& process) {
    if (process.mkernel.life != Life::ended) // Linux has let go meanwhile
        return;
    const PageCount before = frames.available();
    std::uint32_t& first = process.mkernel.work.tables;
    const bool was_all =
        Space{physical_memory, process.mkernel.page_directory}.free_pages(first, tables_per_step);
    process.mkernel.private_pages -= frames.available() - before;
    if (!was_all)
        continue_later(take_pages_back, process);
}

} // namespace

void process_gone(Process& process) {
    process.mkernel.life = Life::ended;
    process.mkernel.work = {};
    take_pages_back(process);
    announce_end(process);
}

namespace {

// In steps: a process can have much.
void take_memory_back(Process& process) {
    const PageCount before = frames.available();
    const bool was_all = unload_some(process.mkernel.page_directory);
    process.mkernel.private_pages -= frames.available() - before;
    if (!was_all)
        return continue_later(take_memory_back, process);
    ASSERT(process.mkernel.private_pages == PageCount{});
    const bool is_known = process.has_ended();
    process.mkernel.life = Life::left;
    if (!is_known)
        announce_end(process);
    else if (process.mkernel.parent == ProcessNumber{})
        forget(process);
}

} // namespace

void process_ended(Process& process) {
    ASSERT(!process.mkernel.drives_device); // end_current_process()
    LockedIca()->free_all(process.number());
    take_memory_back(process);
}

} // namespace ant::mkernel
