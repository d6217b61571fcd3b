// SPDX-License-Identifier: GPL-2.0-only
// The played machine: contexts, turns, interrupts, time; starting and killing processes.
#include "machine/machine.h"

#include <algorithm>
#include <utility>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/program.h"

namespace ant::test {

Machine& Machine::get() {
    static Machine machine;
    if (!std::exchange(machine.is_on_, true)) // the boot itself comes here, too
        machine.boot();
    return machine;
}

Machine::Machine() {
    for (std::uint32_t number = 0; number < cores_.size(); ++number)
        cores_[number].number = CoreNumber{number};
    pci_[edu_device].set(0x00, 0x11e8'1234);
    pci_[edu_device].add_bar(0, edu_registers, 0xfff0'0000);
    pci_[edu_device].add_msi(0x40, 0x80); // 64-bit
    pci_[plain_device].set(0x00, 0x0001'1234);
}

// ---- Contexts

std::uint32_t Machine::add_context(std::function<void()> body, const Process* process) {
    const ProcessNumber number = process != nullptr ? process->number() : ProcessNumber{};
    contexts_.emplace(++last_context_,
                      Running{std::make_unique<Context>(std::move(body)), process, number});
    ASSERT(last_context_ < ANT_USER_BASE); // no address of a kernel stack
    return last_context_;
}

void Machine::switch_process(std::uint32_t* save, std::uint32_t load) {
    PlayedCore& self = current();
    *save = self.runs;
    self.runs = contexts_.contains(load) ? load : first_run(load);
    contexts_.at(self.runs).context->switch_here();
}

// A process whose stack prepare_first_run() has made.
std::uint32_t Machine::first_run(std::uint32_t context) {
    const auto& frame = *pointer_to<x86::SwitchFrame>(VirtualAddress{context});
    ASSERT(frame.return_address ==
           address_of(reinterpret_cast<const void*>(&x86::process_start)).value());
    const std::size_t slot =
        (context - address_of(kernel_stacks.data()).value()) / sizeof(KernelStack);
    const Process& process = processes.at(slot);
    return add_context(
        [this, &process] {
            x86::process_first_run();
            enter_user_mode(process);
        },
        &process);
}

// IRET: to where the frame says.
void Machine::enter_user_mode(const Process& process) {
    const auto frame =
        *pointer_to<x86::TrapFrame>(kernel_stack_top(process) - sizeof(x86::TrapFrame));
    ASSERT(frame.cs == USER_CODE_SELECTOR);
    ASSERT(frame.eip >= program_entry(0));
    const Program program = programs_.at(frame.eip - program_entry(0));
    User user{*this, process};
    yield();
    take_interrupts(true);
    program(user);
    user.exit(0);
}

// Those that no core will ever go on with.
void Machine::reap() {
    std::erase_if(contexts_, [this](const auto& entry) {
        const auto& [token, running] = entry;
        if (running.process == nullptr)
            return false;
        for (const PlayedCore& each : cores_)
            if (each.runs == token)
                return false;
        return running.process->number() != running.number ||
               running.process->mkernel.life == Process::Life::left;
    });
}

// ---- Turns

Machine::PlayedCore& Machine::current() {
    ASSERT(current_ != nullptr);
    return *current_;
}

bool Machine::can_run(const PlayedCore& which) const {
    return which.runs != 0 && (!which.sleeps || which.pending.any() || !which.work.empty());
}

bool Machine::turn(CoreNumber number) {
    PlayedCore& self = core(number);
    if (!can_run(self))
        return false;
    current_ = &self;
    contexts_.at(self.runs).context->switch_here();
    current_ = nullptr;
    if (const auto failure = Context::take_failure()) {
        broken_ = true;
        std::rethrow_exception(failure);
    }
    reap();
    return true;
}

std::uint32_t Machine::random(std::uint32_t count) {
    return std::uniform_int_distribution<std::uint32_t>{0, count - 1}(*order_);
}

bool Machine::turn_any() {
    if (order_)
        next_turn_ = random(ant_cores.size());
    for (std::size_t tried = 0; tried < ant_cores.size(); ++tried) {
        const CoreNumber number = ant_cores[next_turn_++ % ant_cores.size()];
        if (turn(number))
            return true;
    }
    return false;
}

void Machine::run() {
    for (std::uint32_t turns = 0; turns < most_turns; ++turns)
        if (!turn_any())
            return;
    broken_ = true;
    ADD_FAILURE() << "the cores never come to rest";
}

void Machine::run_for(Nanoseconds length) {
    const std::uint64_t end = clock_ + length.count;
    run();
    while (!broken_ && next_alarm() <= end) {
        advance(next_alarm());
        run();
    }
    advance(std::max(clock_, end));
    run();
}

void Machine::yield() const {
    if (is_on_a_core())
        Context::host().switch_here();
}

void Machine::maybe_yield() {
    if (order_ && random(3) == 0)
        yield();
}

void Machine::interleave(std::optional<unsigned> seed) {
    order_ = seed ? std::optional{std::mt19937{*seed}} : std::nullopt;
}

// ---- Interrupts and time

void Machine::raise(CoreNumber number, Vector vector) { core(number).pending.set(vector.value()); }

void Machine::interrupt(CoreNumber number, std::function<void()> work) {
    bool done = false;
    core(number).work.emplace_back([&] {
        work();
        done = true;
    });
    for (std::uint32_t turns = 0; !done && turns < most_turns; ++turns)
        if (!turn(number))
            break;
    ASSERT(done);
}

void Machine::take_interrupts(bool from_user) {
    PlayedCore& self = current();
    while (!self.work.empty() || self.pending.any()) {
        if (!self.work.empty()) {
            const auto work = std::move(self.work.front());
            self.work.pop_front();
            work();
            if (from_user)
                this_core().scheduler.before_user_mode();
            continue;
        }
        // The local APIC delivers the highest first.
        std::uint32_t vector = 255;
        while (!self.pending.test(vector))
            --vector;
        self.pending.reset(vector);
        trap(vector, 0, from_user);
    }
}

void Machine::trap(std::uint32_t vector, std::uint32_t error_code, bool from_user) {
    x86::TrapFrame frame{};
    frame.vector = vector;
    frame.error_code = error_code;
    frame.cs = from_user ? USER_CODE_SELECTOR : KERNEL_CODE_SELECTOR;
    frame.eflags = interrupts_on;
    x86::trap_entry(&frame);
}

void Machine::sleep() {
    PlayedCore& self = current();
    self.sleeps = true;
    while (self.work.empty() && self.pending.none())
        yield();
    self.sleeps = false;
    take_interrupts(false);
}

std::uint64_t Machine::next_alarm() const {
    std::uint64_t next = ~std::uint64_t{0};
    for (const PlayedCore& each : cores_)
        next = std::min(next, each.alarm.value_or(next));
    return next;
}

void Machine::advance(std::uint64_t to) {
    ASSERT(to >= clock_);
    clock_ = to;
    for (PlayedCore& each : cores_) {
        if (!each.alarm || *each.alarm > to)
            continue;
        each.alarm.reset();
        raise(each.number, x86::timer_vector);
    }
}

// ---- Programs and processes

std::string Machine::add_program(Program program) {
    ASSERT(programs_.size() < program_count);
    programs_.push_back(std::move(program));
    return program_name(programs_.size() - 1);
}

Result<ProcessNumber> Machine::try_start(CoreNumber number, const std::string& name,
                                         std::uint32_t priority, std::uint32_t rights) {
    Result<ProcessNumber> started{Errno::eproto};
    const std::string words = name + '\0';
    interrupt(m_core, [&] {
        started = mkernel::create_process(mkernel::Arguments::check(words).value(),
                                          {.core = number, .priority = priority, .rights = rights});
    });
    return started;
}

ProcessNumber Machine::start(CoreNumber number, Program program, std::uint32_t priority,
                             std::uint32_t rights) {
    return try_start(number, add_program(std::move(program)), priority, rights).value();
}

void Machine::kill(ProcessNumber process, std::uint32_t status) {
    interrupt(m_core, [&] {
        const auto found = mkernel::find_process(process);
        if (found.is_ok())
            mkernel::kill_process(*found.value(), status);
    });
}

bool Machine::is_alive(ProcessNumber process) const {
    return mkernel::find_process(process).is_ok();
}

} // namespace ant::test
