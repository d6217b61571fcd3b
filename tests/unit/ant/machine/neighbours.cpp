// SPDX-License-Identifier: GPL-2.0-only
// What is around the cores of the played machine: memory, Linux, devices; and what is left of a
// test.
#include <utility>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/core/device_interrupt.h"
#include "ant/core/ica.h"
#include "ant/mkernel/memory.h"
#include "machine/machine.h"

namespace ant::test {

namespace {

// Bus 0, function 0: the device's number is its place's second part.
constexpr std::uint32_t first_pci_device = 3;

} // namespace

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
    return *pointer_to<antlinux_table>(
        VirtualAddress{ANTLINUX_REGION_BASE + ANTLINUX_TABLE_OFFSET});
}

std::vector<std::uint32_t> Machine::take_doorbells() { return std::exchange(doorbells_, {}); }

bool Machine::linux_answers(CoreNumber number, std::int64_t retval) {
    antlinux_core_entry& rings = table().core[number.value()];
    const auto next = [&] { return rings.request.lca[rings.request.tail % table().depth]; };
    if (rings.request.tail == rings.request.head)
        return false;
    std::uint64_t entry = next();
    ++rings.request.tail;
    // The end of a call comes instead of its answer.
    if (rings.request.tail != rings.request.head && next() == (entry | ANTLINUX_ENTRY_END)) {
        entry = next();
        ++rings.request.tail;
    }
    if ((entry & ANTLINUX_ENTRY_END) == 0)
        pointer_to<antlinux_lca>(VirtualAddress{static_cast<std::uint32_t>(entry)})->retval =
            retval;
    rings.result.lca[rings.result.head % table().depth] = entry;
    ++rings.result.head;
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
    for (Port& each : ports_) { // what waits for it goes out
        each.full = false;
        each.byte = {};
    }
    for (int round = 0; round < 10; ++round) {
        bool any = false;
        for (const Process& process : processes) {
            any = any || !process.is_free();
            if (process.is_alive())
                kill(process.number());
        }
        run_for(milliseconds(20));
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
        expect(process.is_free(), name + " is not free");
        expect(!process.is_mentioned(), name + " is mentioned in a message");
        expect(process.as_server.requests.is_empty() && process.as_server.open.is_empty(),
               name + " has requests");
        expect(process.core.link.list == nullptr && process.as_client.link.list == nullptr &&
                   process.mkernel.console_link.list == nullptr,
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
    for (Port& each : ports_) {
        each.output.clear();
        each.input.clear();
    }
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
