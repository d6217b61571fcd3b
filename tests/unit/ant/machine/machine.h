// SPDX-License-Identifier: GPL-2.0-only
// A machine played on the host, for the kernel's own sources: AnT's m-kernel on core 1, its
// p-kernel on cores 2 and 3, and core 0, which is Linux's. Played is the hardware only: processors
// (registers, page tables with a TLB, context switch), local APICs, clock, serial ports, PCI
// devices, memory. Everything else is the kernel that AnT runs, the two images in one program.
//
// One thread plays all cores in turn, so a test is repeatable to the last step: a core has its turn
// until its program has made one step (a system call, an interrupt, a piece of computing) or until
// it sleeps. Kernel code runs with interrupts off and is not interrupted; a test may let other
// cores go on where a core sends an interrupt to another one (interleave()), which is where they
// meet.
#pragma once

#include <antlinux/lca.h>
#include <antlinux/table.h>

#include <array>
#include <bitset>
#include <cerrno>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/page_table_entry.h"
#include "ant/base/address.h"
#include "ant/core/core.h"
#include "ant/core/process.h"
#include "fake_pci_device.h"
#include "machine/context.h"

namespace ant::test {

class User;

// What a process does in user mode. It may keep objects: they are destroyed at its end.
using Program = std::function<void(User&)>;

inline constexpr CoreNumber linux_core{0};
inline constexpr CoreNumber m_core{1}; // the m-kernel's
inline constexpr CoreNumber p_core{2}; // the p-kernel's
inline constexpr CoreNumber q_core{3}; // the p-kernel's, too
inline constexpr std::array ant_cores{m_core, p_core, q_core};
inline constexpr std::uint32_t linux_vector = 0xe8; // of core 0, plus the sender's number

// The PCI devices, by the numbers that AnT gives them.
inline constexpr std::uint32_t edu_device = 0;   // 1 MiB of registers, MSI
inline constexpr std::uint32_t plain_device = 1; // no MSI
inline constexpr std::uint32_t edu_registers = 0xfe00'0000;

class Machine {
public:
    // Booted by the first call, then the same for all tests: each leaves it as it was found, see
    // MachineTest.
    static Machine& get();

    // ---- Programs and processes.
    // A new program in the RAM disk; its name.
    std::string add_program(Program program);
    // From now on the RAM disk is one that has these programs only, under these names; or the
    // machine's own again.
    void use_ram_disk(const std::map<std::string, Program>& programs);
    void use_own_ram_disk() const;
    // Has the m-kernel start a process that nobody waits for.
    ProcessNumber start(CoreNumber number, Program program,
                        std::uint32_t priority = ANT_PRIORITY_NORMAL,
                        std::uint32_t rights = ANT_RIGHTS_ALL);
    Result<ProcessNumber> try_start(CoreNumber number, const std::string& name,
                                    std::uint32_t priority = ANT_PRIORITY_NORMAL,
                                    std::uint32_t rights = ANT_RIGHTS_ALL);
    void kill(ProcessNumber process, std::uint32_t status = 137);
    bool is_alive(ProcessNumber process) const;

    // ---- Time and turns.
    // Until every core sleeps and no interrupt but the timer's is to come.
    void run();
    // And on, for so long.
    void run_for(Nanoseconds length);
    // One turn, when the core has something to do. False: it sleeps.
    bool turn(CoreNumber number);
    // Executes `work` on that core as an interrupt would: at its next step, in the kernel.
    void interrupt(CoreNumber number, std::function<void()> work);
    // The same for a real one.
    void raise(CoreNumber number, Vector vector);
    // From now on: in an order of its own that `seed` decides, also where a core sends an
    // interrupt; without: core by core.
    void interleave(std::optional<unsigned> seed);

    // ---- What is left of frames for page tables and processes.
    void leave_frames(std::uint32_t count);
    void give_frames_back();

    // ---- Linux's end.
    antlinux_table& table() const;
    // Cores that rang Linux since the last call.
    std::vector<std::uint32_t> take_doorbells();
    // Executes the oldest call of AnT's that Linux has from this core, and tells AnT. False: none.
    bool linux_answers(CoreNumber number, std::int64_t retval = 0);

    // ---- Devices.
    FakePciDevice& device(std::uint32_t number) { return pci_.at(number); }
    // What a device with MSI does: a write that interrupts where its message says.
    void device_interrupts(std::uint32_t number);
    void type(ConsoleNumber console, std::string_view text);
    std::string take_output(ConsoleNumber console);
    // From now on nobody reads what is written there, or somebody does again.
    void stall(ConsoleNumber console) { ports_.at(static_cast<std::size_t>(console)).full = true; }
    void resume(ConsoleNumber console) {
        ports_.at(static_cast<std::size_t>(console)).full = false;
    }
    // From now on a byte written there takes so long.
    void slow_down(ConsoleNumber console, Nanoseconds byte) {
        ports_.at(static_cast<std::size_t>(console)).byte = byte;
    }

    // ---- For the tests' own check: ends every process, then looks for what is left of them.
    std::vector<std::string> finish();
    bool is_broken() const { return broken_; }

    // ---- For User and the hardware (hardware.cpp).
    static constexpr std::uint32_t interrupts_on = 0x200; // EFLAGS of whatever is interrupted
    struct PlayedCore {
        CoreNumber number{};
        void* data = nullptr;
        std::uint32_t cr2 = 0;
        PhysicalAddress cr3{};
        std::array<PageEntry, directory_count> directories{}; // read when CR3 is loaded
        std::map<std::uint32_t, std::uint32_t> tlb{};         // page to entry
        std::bitset<256> pending{};
        std::deque<std::function<void()>> work{};
        std::optional<std::uint64_t> alarm{};
        bool sleeps = false;
        std::uint32_t runs = 0; // the context that goes on when it is the core's turn
    };
    struct Port {
        std::string output;
        std::deque<std::uint8_t> input;
        std::uint8_t fifo_control = 0;
        bool full = false; // its transmitter
        Nanoseconds byte{};
    };
    PlayedCore& core(CoreNumber number) { return cores_.at(number.value()); }
    PlayedCore& current();
    bool is_on_a_core() const { return current_ != nullptr; }
    std::uint64_t clock() const { return clock_; }
    void advance(std::uint64_t to);
    std::uint64_t next_alarm() const;
    // The core's turn is over; returns at its next one.
    void yield() const;
    void maybe_yield(); // where interleave() says so
    void sleep();
    // Delivers what has come.
    void take_interrupts(bool from_user);
    void trap(std::uint32_t vector, std::uint32_t error_code, bool from_user);
    void switch_process(std::uint32_t* save, std::uint32_t load);
    void ring_linux(std::uint32_t vector) { doorbells_.push_back(vector - linux_vector); }
    Port* port(std::uint16_t number, std::uint16_t& offset);
    FakePciDevice* device_at(std::uint32_t place);

private:
    struct Running {
        std::unique_ptr<Context> context;
        const Process* process; // nullptr: the core itself, which never ends
        ProcessNumber number;
    };
    // Program n is bin/pN of the RAM disk; each begins at an address of its own.
    static constexpr std::uint32_t program_count = 64;
    static std::string program_name(std::size_t index) { return "p" + std::to_string(index); }
    static constexpr std::uint32_t program_entry(std::size_t index) {
        return ANT_USER_BASE + 0x10 + static_cast<std::uint32_t>(index);
    }
    static constexpr std::uint32_t most_turns = 1'000'000; // of one run(): a hang

    Machine();
    void boot();
    std::uint32_t put_ram_disk_there();
    void boot_mkernel(std::uint32_t ram_disk_bytes);
    std::uint32_t add_context(std::function<void()> body, const Process* process);
    std::uint32_t first_run(std::uint32_t context);
    void enter_user_mode(const Process& process);
    void reap();
    bool can_run(const PlayedCore& which) const;
    bool turn_any();
    std::uint32_t random(std::uint32_t count);

    std::array<PlayedCore, ANTLINUX_MAX_CORES> cores_{};
    PlayedCore* current_ = nullptr;
    std::uint64_t clock_ = 1'000'000;
    std::uint32_t next_turn_ = 0;
    std::optional<std::mt19937> order_{};
    std::map<std::uint32_t, Running> contexts_{}; // by what stands in Process::context
    std::uint32_t last_context_ = 0;
    std::vector<Program> programs_{};
    std::span<const std::byte> ram_disk_{};
    std::string other_ram_disk_{};
    std::vector<PhysicalAddress> held_frames_{};
    std::vector<std::uint32_t> doorbells_{};
    std::array<Port, 2> ports_{};
    std::array<FakePciDevice, 2> pci_{};
    bool is_on_ = false;
    bool broken_ = false; // a panic: the kernel stays in the middle of something
    PageCount frames_at_boot_{};
    PageCount ica_at_boot_{};
};

// A process in user mode, for its program.
class User {
public:
    User(Machine& machine, const Process& process) : machine_(machine), process_(process) {}

    ProcessNumber number() const { return process_.number(); }
    Machine& machine() const { return machine_; }

    // ---- System calls.
    std::int32_t call(SystemCall number, std::uint32_t a = 0, std::uint32_t b = 0,
                      std::uint32_t c = 0);
    [[noreturn]] void exit(std::uint32_t status);
    std::int32_t yield() { return call(SystemCall::yield); }
    std::int32_t sleep(Nanoseconds length);
    std::uint64_t time();
    std::int32_t spawn(const std::string& name, CoreNumber core,
                       std::uint32_t priority = ANT_PRIORITY_INHERIT, std::uint32_t rights = 0);
    struct Waited {
        std::int32_t result;
        std::uint32_t status;
    };
    Waited wait(std::int32_t child);
    std::int32_t kill(ProcessNumber process) { return call(SystemCall::kill, process.value()); }
    std::int32_t call_server(ProcessNumber server, ant_message& message);
    std::int32_t receive(ant_message& message, std::uint64_t patience = ANT_FOR_EVER);
    std::int32_t reply(std::uint32_t client, const ant_message& message);
    std::int32_t ica_map(std::uint32_t bytes) { return call(SystemCall::ica_map, bytes); }
    std::int32_t ica_unmap(std::uint32_t area) { return call(SystemCall::ica_unmap, area); }

    // ---- Instructions.
    // Computes for so long, counted while it has the core.
    void compute(Nanoseconds length);
    // Memory, by way of the page tables. An access that is not allowed is a fault.
    template<typename T> T load(std::uint32_t address) {
        T value{};
        auto* const bytes = reinterpret_cast<std::byte*>(&value);
        for (std::uint32_t i = 0; i < sizeof value; ++i)
            bytes[i] = *byte_at(VirtualAddress{address + i}, false);
        return value;
    }
    template<typename T> void store(std::uint32_t address, const T& value) {
        const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
        for (std::uint32_t i = 0; i < sizeof value; ++i)
            *byte_at(VirtualAddress{address + i}, true) = bytes[i];
    }
    // Would an access fault?
    bool can_load(std::uint32_t address);
    // Jumps there; what it would execute is not played.
    void execute(std::uint32_t address);
    // Any exception of user mode, e.g. a division by zero.
    void fault(std::uint32_t vector, std::uint32_t error_code = 0);

    // Where the functions above put what they hand to the kernel; the next ones are the test's.
    static constexpr std::uint32_t buffer = ANT_USER_BASE + 0x2000;
    static constexpr std::uint32_t own_data = buffer + 0x400;

private:
    std::byte* byte_at(VirtualAddress address, bool write);
    std::uint32_t entry_of(VirtualAddress page, std::uint32_t wanted);
    void page_faults(VirtualAddress address, std::uint32_t error_code);

    Machine& machine_;
    const Process& process_;
};

// Every test finds the machine as it was after the boot: no process, all memory free.
class MachineTest : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    Machine& machine = Machine::get();
};

} // namespace ant::test
