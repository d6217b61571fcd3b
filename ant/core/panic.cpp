// SPDX-License-Identifier: GPL-2.0-only
// What a core that panics leaves behind.
#include "ant/core/panic.h"

#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/base/assert.h"

namespace ant {

namespace {

// The first core that panics goes on; a second one, or a panic inside the panic, only stops.
PanicRecord& begin_panic(PanicRecord::Kind kind) {
    x86::disable_interrupts();
    if (panic_record.taken.exchange(true))
        x86::halt_for_ever();
    panic_record.kind = kind;
    panic_record.core = x86::LocalApic::core();
    panic_record.cr2 = x86::read_cr2();
    panic_record.cr3 = x86::read_cr3().value();
    return panic_record;
}

[[noreturn]] void end_panic() {
    panic_record.complete.store(true, std::memory_order_release);
    role::end_panic();
}

template<typename Registers> void keep(PanicRecord& record, const Registers& from) {
    record.eax = from.eax;
    record.ebx = from.ebx;
    record.ecx = from.ecx;
    record.edx = from.edx;
    record.esi = from.esi;
    record.edi = from.edi;
    record.ebp = from.ebp;
    record.eip = from.eip;
    record.eflags = from.eflags;
    record.cs = from.cs;
}

} // namespace

void panic(const char* format, ...) {
    // First of all, while they are still what they were.
    std::uint32_t ebx = 0;
    std::uint32_t esi = 0;
    std::uint32_t edi = 0;
    std::uint32_t esp = 0;
    std::uint32_t eflags = 0;
    asm volatile("movl %%ebx, %0\n\tmovl %%esi, %1\n\tmovl %%edi, %2\n\tmovl %%esp, %3\n\t"
                 "pushfl\n\tpopl %4"
                 : "=m"(ebx), "=m"(esi), "=m"(edi), "=m"(esp), "=m"(eflags));
    // The caller's: at the frame's address lies its %ebp, above it the return address.
    const auto* frame = static_cast<const std::uint32_t*>(__builtin_frame_address(0));

    PanicRecord& record = begin_panic(PanicRecord::Kind::message);
    record.ebx = ebx;
    record.esi = esi;
    record.edi = edi;
    record.esp = esp;
    record.eflags = eflags;
    record.ebp = frame[0];
    record.eip = frame[1];
    record.cs = KERNEL_CODE_SELECTOR;
    record.ss = KERNEL_DATA_SELECTOR;
    record.format = format;
    va_start(record.arguments, format); // never ended: this function does not return
    end_panic();
}

void panic_on_exception(const x86::TrapFrame& frame) {
    PanicRecord& record = begin_panic(PanicRecord::Kind::exception);
    keep(record, frame);
    record.esp = frame.esp();
    record.ss = frame.from_user() ? frame.user_ss : KERNEL_DATA_SELECTOR;
    record.vector = frame.vector;
    record.error_code = frame.error_code;
    end_panic();
}

void panic_on_double_fault(const x86::TaskState& task) {
    PanicRecord& record = begin_panic(PanicRecord::Kind::double_fault);
    keep(record, task);
    record.esp = task.esp;
    record.ss = task.ss;
    end_panic();
}

void stop_for_panic() {
    // Ours are sent when the record is complete. The board's NMI line is masked here; but any OS
    // can send one, and whoever looks for the core that stood still should find the reason.
    if (!panic_record.complete.load(std::memory_order_acquire))
        panic("an NMI that no core of AnT's sent");
    role::stop_for_panic();
}

} // namespace ant
