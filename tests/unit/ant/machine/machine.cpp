// SPDX-License-Identifier: GPL-2.0-only
// The played machine: boot, turns, time, what is left of a test.
#include "machine/machine.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "arch/x86/interrupt_table.h"
#include "arch/x86/trap_frame.h"
#include "kernel/device_interrupt.h"
#include "kernel/ica.h"
#include "kernel/linux_platform.h"
#include "kernel/region.h"
#include "mkernel/console.h"
#include "mkernel/devices.h"
#include "mkernel/log.h"
#include "mkernel/memory.h"
#include "mkernel/process_manager.h"
#include "mkernel/program.h"
#include "sample_cpio.h"
#include "sample_elf.h"

extern "C" [[noreturn]] void pkernel_start(); // pkernel/start.cpp

namespace ant::test {

namespace {

// Where Linux's kexec would have put them. The memory is there at these very addresses: below
// 4 GiB the kernel's 32-bit addresses are the host's pointers.
constexpr PhysicalRange region{PhysicalAddress{ANTLINUX_REGION_BASE}, 40u << 20};
constexpr PhysicalAddress ram_disk{ANTLINUX_REGION_BASE + ANTLINUX_RAMDISK_OFFSET};
constexpr std::uint32_t ica_bytes = 4u << 20;
constexpr PhysicalAddress ecam{0xb000'0000};

// Bus 0, function 0: the device's number is its place's second part.
constexpr std::uint32_t first_pci_device = 3;

// One count of the clock is a nanosecond.
constexpr x86::ClockFrequencies frequencies{1'000'000, 1'000'000};

std::string program_name(std::size_t index) { return "p" + std::to_string(index); }

std::uint32_t program_entry(std::size_t index) {
    return ANT_USER_BASE + 0x10 + static_cast<std::uint32_t>(index);
}

} // namespace

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

// ---- Boot

std::uint32_t Machine::put_ram_disk_there() const {
    Archive archive;
    for (std::size_t index = 0; index < program_count; ++index) {
        ElfFile elf;
        elf.header().e_entry = program_entry(index);
        const auto file = elf.file();
        archive.add("bin/" + program_name(index),
                    {reinterpret_cast<const char*>(file.data()), file.size()});
    }
    const std::string& bytes = archive.end().text();
    std::memcpy(pointer_to<char>(identity(ram_disk)), bytes.data(), bytes.size());
    return static_cast<std::uint32_t>(bytes.size());
}

// What mkernel/boot.cpp does, without Linux's boot parameters and with these settings.
void Machine::boot_mkernel(std::uint32_t ram_disk_bytes) {
    start_log();
    initialise_consoles();
    x86::build_interrupt_table();
    initialise_this_core(m_core, CoreKind::mkernel, mkernel::kernel_directory());
    this_core().online.store(true, std::memory_order_release);
    running_cores.numbers[running_cores.count++] = m_core;
    linux_driver.attach(m_core, linux_platform());
    x86::Clock::start(frequencies);
    mkernel::set_ram_disk({pointer_to<const std::byte>(identity(ram_disk)), ram_disk_bytes});
    mkernel::initialise_memory({.region = region,
                                .ram_disk = {ram_disk, ram_disk_bytes},
                                .ica_bytes = ica_bytes,
                                .ecam = ecam});
    PciIdList owned;
    ASSERT(owned.add({0x1234, 0x11e8}));
    ASSERT(owned.add({0x1234, 0x0001}));
    mkernel::find_devices(ecam, owned);

    for (const CoreNumber number : {p_core, q_core}) {
        core(number).cr3 = mkernel::kernel_directory();
        core(number).sleeps = false;
        while (!cores[number.value()].online.load(std::memory_order_acquire))
            x86::pause();
        running_cores.numbers[running_cores.count++] = number;
    }
    const LinuxDriverSettings driver{
        .header = {.depth = 4,
                   .cores = 0b1110,
                   .result_vector = x86::linux_result_vector,
                   .generation = 1,
                   .ica = LockedIca()->ica()},
        .linux_core = linux_core,
        .linux_vector = Vector{linux_vector},
        .first_core = m_core,
    };
    ASSERT(linux_driver.initialise(table(), region_counters(), driver).is_ok());
    this_core().scheduler.run(mkernel::kernel_directory());
}

void Machine::boot() {
    void* const wanted = pointer_to<void>(identity(region.base));
    void* const memory = mmap(wanted, region.size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory != wanted)
        throw std::runtime_error("the host has no free memory at AnT's region");
    const std::uint32_t bytes = put_ram_disk_there();
    for (PlayedCore& each : cores_)
        each.sleeps = true;
    core(m_core).runs = add_context([this, bytes] { boot_mkernel(bytes); }, nullptr);
    core(m_core).sleeps = false;
    for (const CoreNumber number : {p_core, q_core})
        core(number).runs = add_context(pkernel_start, nullptr);
    run();
    table().linux_version = ANTLINUX_VERSION;
    table().linux_generation = table().generation;
    run_for(x86::milliseconds(100));
    doorbells_.clear();
    frames_at_boot_ = mkernel::frames.available();
    ica_at_boot_ = LockedIca()->available();
}

// ---- Contexts

std::uint32_t Machine::add_context(std::function<void()> body, const Process* process) {
    const ProcessNumber number = process != nullptr ? process->number : ProcessNumber{};
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
        (context - address_of(kernel_stacks.data()).value()) / kernel_stack_size;
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
    if (frame.cs == KERNEL_CODE_SELECTOR) {
        reinterpret_cast<void (*)()>(static_cast<std::uintptr_t>(frame.eip))();
        return;
    }
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
        return running.process->number != running.number || running.process->freed;
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

void Machine::run_for(x86::Nanoseconds length) {
    const std::uint64_t end = clock_ + length.count;
    run();
    while (!broken_ && next_alarm() <= end) {
        advance(next_alarm());
        run();
    }
    advance(std::max(clock_, end));
    run();
}

void Machine::yield() {
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
                                         std::uint32_t priority) {
    Result<ProcessNumber> started{Errno::eproto};
    const std::string words = name + '\0';
    interrupt(m_core, [&] {
        started = mkernel::create_process(mkernel::Arguments::check(words).value(),
                                          {.core = number, .priority = priority});
    });
    return started;
}

ProcessNumber Machine::start(CoreNumber number, Program program, std::uint32_t priority) {
    return try_start(number, add_program(std::move(program)), priority).value();
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

// ---- Memory

void Machine::leave_frames(std::uint32_t count) {
    give_frames_back();
    while (mkernel::frames.available() > PageCount{count})
        held_frames_.push_back(mkernel::frames.allocate().value());
}

void Machine::give_frames_back() {
    for (const PhysicalAddress frame : held_frames_)
        mkernel::frames.free(frame);
    held_frames_.clear();
}

// ---- Linux

antlinux_table& Machine::table() const {
    return *pointer_to<antlinux_table>(identity(region.base) + ANTLINUX_TABLE_OFFSET);
}

std::vector<std::uint32_t> Machine::take_doorbells() { return std::exchange(doorbells_, {}); }

bool Machine::linux_answers(CoreNumber number, std::int64_t retval) {
    antlinux_core_entry& entry = table().core[number.value()];
    if (entry.request.tail == entry.request.head)
        return false;
    const std::uint64_t address = entry.request.lca[entry.request.tail % table().depth];
    ++entry.request.tail;
    pointer_to<antlinux_lca>(VirtualAddress{static_cast<std::uint32_t>(address)})->retval = retval;
    entry.result.lca[entry.result.head % table().depth] = address;
    ++entry.result.head;
    raise(number, x86::linux_result_vector);
    return true;
}

// ---- Devices

FakePciDevice* Machine::device_at(std::uint32_t place) {
    const std::uint32_t device = place >> 3;
    if ((place & 7) != 0 || device < first_pci_device || device - first_pci_device >= pci_.size())
        return nullptr;
    return &pci_[device - first_pci_device];
}

void Machine::device_interrupts(std::uint32_t number) {
    FakePciDevice& function = device(number);
    constexpr std::uint32_t bus_master = 1u << 2;
    constexpr std::uint32_t msi = 0x40;
    if ((function.command() & bus_master) == 0 || (function.read(msi) & 1u << 16) == 0)
        return;
    raise(CoreNumber{function.read(msi + 4) >> 12 & 0xff}, Vector{function.read(msi + 12)});
}

Machine::Port* Machine::port(std::uint16_t number, std::uint16_t& offset) {
    for (const std::uint16_t base : {std::uint16_t{0x2f8}, std::uint16_t{0x3e8}}) {
        offset = static_cast<std::uint16_t>(number - base);
        if (number >= base && offset < 8)
            return &ports_[base == 0x2f8 ? 0 : 1];
    }
    return nullptr;
}

void Machine::type(ConsoleNumber console, std::string_view text) {
    auto& input = ports_[static_cast<std::size_t>(console)].input;
    for (const char c : text)
        input.push_back(static_cast<std::uint8_t>(c));
}

std::string Machine::take_output(ConsoleNumber console) {
    return std::exchange(ports_[static_cast<std::size_t>(console)].output, {});
}

// ---- The end of a test

std::vector<std::string> Machine::finish() {
    interleave(std::nullopt);
    give_frames_back();
    for (int round = 0; round < 10; ++round) {
        bool any = false;
        for (const Process& process : processes) {
            any = any || process.state != ProcessState::free;
            if (process.state != ProcessState::free && !process.ended)
                kill(process.number);
        }
        run_for(x86::milliseconds(20));
        for (const CoreNumber number : ant_cores)
            while (linux_answers(number))
                run();
        if (!any)
            break;
    }

    std::vector<std::string> left;
    const auto expect = [&left](bool holds, std::string what) {
        if (!holds)
            left.push_back(std::move(what));
    };
    for (const Process& process : processes) {
        const std::string name = "slot " + std::to_string(&process - processes.data());
        expect(process.state == ProcessState::free, name + " is not free");
        expect(!process.is_mentioned(), name + " is mentioned in a message");
        expect(process.requests.is_empty() && process.open.is_empty(), name + " has requests");
        expect(process.link.list == nullptr && process.request_link.list == nullptr &&
                   process.console_link.list == nullptr,
               name + " stands in a list");
    }
    for (const Watch& watch : watches)
        expect(watch.state == Watch::State::unused, "a watch is in use");
    for (const DeviceLine& line : device_lines)
        expect(line.driver == nullptr, "a device has a driver");
    for (const CoreNumber number : ant_cores)
        expect(cores[number.value()].mailbox.is_empty(), "a mailbox is not empty");
    expect(names_server == 0, "there is a names server");
    expect(mkernel::frames.available() == frames_at_boot_, "frames are missing, or too many");
    expect(LockedIca()->available() == ica_at_boot_, "ICA is missing, or too much");
    expect(LockedIca()->areas().empty(), "there are ICA areas");
    expect(contexts_.size() == ant_cores.size(), "a context is left");
    programs_.clear();
    doorbells_.clear();
    for (Port& each : ports_)
        each = {};
    return left;
}

void MachineTest::SetUp() {
    ASSERT_FALSE(machine.is_broken()) << "an earlier test ended in a panic: run this one alone";
}

void MachineTest::TearDown() {
    if (machine.is_broken())
        return;
    for (const std::string& what : machine.finish())
        ADD_FAILURE() << "left behind: " << what;
}

} // namespace ant::test
