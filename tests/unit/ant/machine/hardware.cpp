// SPDX-License-Identifier: GPL-2.0-only
// The kernel's side of the played machine: the instructions, registers and assembly functions that
// its sources use, and what else is another one's in each of the two images.
#include <algorithm>

#include "ant/arch/x86/ecam.h"
#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/io_port.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/paging.h"
#include "ant/arch/x86/processor.h"
#include "ant/arch/x86/segments.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/core/core.h"
#include "ant/core/image.h"
#include "ant/core/panic.h"
#include "ant/core/role.h"
#include "ant/mkernel/kernel_protection.h"
#include "ant/mkernel/pkernel_image.h"
#include "machine/machine.h"

using ant::test::Machine;

namespace ant {

// ---- Processor

std::uint32_t x86::read_cr2() { return Machine::get().current().cr2; }
PhysicalAddress x86::read_cr3() { return Machine::get().current().cr3; }
void x86::write_cr3(PhysicalAddress page_directory) {
    auto& self = Machine::get().current();
    self.cr3 = page_directory;
    self.tlb.clear();
    if (page_directory == PhysicalAddress{})
        return; // paging is not on yet
    for (std::uint32_t i = 0; i < directory_count; ++i)
        self.directories[i] =
            PageEntry{*pointer_to<std::uint32_t>(identity(entry_address(page_directory, i)))};
}
void x86::invalidate_page(VirtualAddress page) {
    // Any number of small translations may stand for a large page.
    auto& tlb = Machine::get().current().tlb;
    std::erase_if(tlb, [page](const auto& entry) {
        return VirtualAddress{entry.first}.large_page_start() == page.large_page_start();
    });
}
std::uint64_t x86::read_time_stamp_counter() { return Machine::get().clock(); }
void x86::pause() { Machine::get().yield(); }
void x86::wait_for_interrupt() { Machine::get().sleep(); }
void x86::take_pending_interrupts() { Machine::get().take_interrupts(false); }
void x86::halt_for_ever() { panic("a core has stopped"); }
void* x86::own_core_data() { return Machine::get().current().data; }

// ---- Local APIC

CoreNumber x86::LocalApic::core() { return Machine::get().current().number; }
void x86::LocalApic::start_timer(std::uint32_t ticks) {
    auto& alarm = Machine::get().current().alarm;
    alarm.reset();
    if (ticks != 0)
        alarm = Machine::get().clock() + ticks;
}
std::uint32_t x86::LocalApic::timer_ticks_left() { return 0; }
void x86::LocalApic::send(CoreNumber to, Vector vector) {
    Machine& machine = Machine::get();
    if (to == test::linux_core)
        machine.ring_linux(vector.value());
    else
        machine.raise(to, vector);
    machine.maybe_yield();
}
void x86::LocalApic::send_nmi(CoreNumber) { panic("a core stops the others"); }

// ---- Ports: two UARTs

void x86::IoPort::write(std::uint8_t value) const {
    constexpr std::uint16_t fifo_control = 2;
    std::uint16_t offset = 0;
    auto* const port = Machine::get().port(number_, offset);
    if (port == nullptr)
        return;
    if (offset == fifo_control)
        port->fifo_control = value;
    if (offset != 0)
        return;
    EXPECT_FALSE(port->full) << "a byte is lost";
    port->output += static_cast<char>(value);
    Machine::get().advance(Machine::get().clock() + port->byte.count);
}
std::uint8_t x86::IoPort::read() const {
    constexpr std::uint16_t line_status = 5;
    constexpr std::uint8_t data_ready = 0x01;
    constexpr std::uint8_t transmitter_empty = 0x20;
    std::uint16_t offset = 0;
    auto* const port = Machine::get().port(number_, offset);
    if (port == nullptr)
        return 0xff;
    if (offset == line_status)
        return static_cast<std::uint8_t>((port->input.empty() ? 0 : data_ready) |
                                         (port->full ? 0 : transmitter_empty));
    if (offset != 0 || port->input.empty())
        return 0;
    const std::uint8_t value = port->input.front();
    port->input.pop_front();
    return value;
}

// ---- PCI

std::uint32_t x86::EcamSpace::read(std::uint32_t offset) const {
    const auto* const device = Machine::get().device_at(place_);
    return device != nullptr ? device->read(offset) : 0xffff'ffff;
}
void x86::EcamSpace::write(std::uint32_t offset, std::uint32_t value) const {
    auto* const device = Machine::get().device_at(place_);
    if (device != nullptr)
        device->write(offset, value);
}

// ---- Descriptor tables

void x86::SegmentTables::load(const void* core_data, std::size_t, PhysicalAddress) {
    auto& self = Machine::get().current();
    self.data = &cores.at(self.number.value());
    ASSERT(core_data == self.data);
}
void x86::build_interrupt_table() {}
void x86::load_interrupt_table() {}

// ---- entry.S, boot.S

void x86::switch_context(std::uint32_t* save, std::uint32_t load) {
    Machine::get().switch_process(save, load);
}
void x86::process_start() {} // only its address is used

x86::Paging x86::find_paging() { return {.upper_half_mask = ~0u}; }
void x86::enable_paging(std::uint32_t top_table) { write_cr3(PhysicalAddress{top_table}); }

// The kernel's own code is the host's, and nobody plays its rights.
Result<void> mkernel::protect_kernel(Space&) { return {}; }

// ---- Panics: the tests' panic() says what has happened

void panic_on_exception(const x86::TrapFrame& frame) {
    panic("exception %u in the kernel", frame.vector);
}
void panic_on_double_fault(const x86::TaskState&) { panic("double fault"); }
void stop_for_panic() { panic("NMI"); }

// ---- The images' descriptions of themselves, which the linker makes

const KernelImage kernel_image{};
const KernelImage* mkernel::pkernel_image() { return nullptr; }

// ---- The two roles: each image has its own functions of these names (CMakeLists.txt)

#define ROLE_FUNCTIONS                                                                             \
    void take_message(Core&, const Message&);                                                      \
    void do_next_step();                                                                           \
    void on_timer();                                                                               \
    Nanoseconds next_alarm();                                                                      \
    Result<void> add_stack_page(Process&, VirtualAddress);
namespace mkernel_role {
ROLE_FUNCTIONS
}
namespace pkernel_role {
ROLE_FUNCTIONS
}

namespace {

bool is_mkernel() { return this_core().kind == CoreKind::mkernel; }

} // namespace

void role::take_message(Core& core, const Message& message) {
    is_mkernel() ? mkernel_role::take_message(core, message)
                 : pkernel_role::take_message(core, message);
}
void role::do_next_step() {
    is_mkernel() ? mkernel_role::do_next_step() : pkernel_role::do_next_step();
}
void role::on_timer() { is_mkernel() ? mkernel_role::on_timer() : pkernel_role::on_timer(); }
Nanoseconds role::next_alarm() {
    return is_mkernel() ? mkernel_role::next_alarm() : pkernel_role::next_alarm();
}
Result<void> role::add_stack_page(Process& process, VirtualAddress page) {
    return is_mkernel() ? mkernel_role::add_stack_page(process, page)
                        : pkernel_role::add_stack_page(process, page);
}

} // namespace ant

// What the linker script of the m-kernel says: where its image and the shared memory are, which no
// page frame may be.
asm(".globl played_text, played_end, _shared, _shared_end\n"
    ".set played_text, 0x40400000\n"
    ".set played_end, 0x40480000\n"
    ".set _shared, 0x40800000\n"
    ".set _shared_end, 0x40810000\n");
