// SPDX-License-Identifier: GPL-2.0-only
// How a process ends: by itself, by kill, by a fault.
#include "kernel/process_end.h"

#include "arch/x86/interrupt_table.h"
#include "kernel/communication.h"
#include "kernel/console.h"
#include "kernel/core.h"
#include "kernel/linux_platform.h"
#include "kernel/log.h"
#include "kernel/request.h"
#include "mkernel/mkernel.h"

namespace ant {

namespace {

using x86::Exception;

// A signal of Unix: its number and what shells call it.
struct Reason {
    std::uint32_t signal;
    const char* text;
};

constexpr std::uint32_t signal_status = 128;

// Bits of a page fault's error code (SDM vol. 3, figure 4-12).
constexpr std::uint32_t fault_protection = 1;
constexpr std::uint32_t fault_write = 2;

Reason reason_of(const x86::TrapFrame& frame) {
    switch (static_cast<Exception>(frame.vector)) {
    case Exception::divide_error:
        return {8, "division by zero or overflow"};
    case Exception::debug:
    case Exception::breakpoint:
        return {5, "breakpoint"};
    case Exception::overflow:
    case Exception::bound:
        return {11, "bound exceeded"};
    case Exception::invalid_opcode:
        return {4, "invalid instruction"};
    case Exception::device_not_available:
    case Exception::x87_error:
    case Exception::simd_error:
        return {4, "floating point instruction (AnT's processes have integer registers only)"};
    case Exception::general_protection:
        return {11, "privileged instruction or bad segment"};
    case Exception::alignment_check:
        return {7, "misaligned access"};
    default:
        return {11, "exception"};
    }
}

const char* page_fault_text(std::uint32_t address, const x86::TrapFrame& frame) {
    constexpr std::uint32_t stack_end = ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE;
    constexpr std::uint32_t large_frame = 64 * 1024; // of one function, beyond the guard page
    if (address < ANT_USER_BASE)
        return "null pointer";
    if (address >= stack_end - page_size - large_frame && address < stack_end)
        return "stack overflow";
    if (address >= stack_end && address < ANT_USER_STACK_TOP)
        return "no memory is left for the stack";
    if (address >= ANT_USER_END)
        return "kernel memory, foreign ICA or a device";
    return (frame.error_code & fault_protection) != 0 ? "read-only memory" : "unmapped memory";
}

} // namespace

void end_current_process(std::uint32_t status) {
    Scheduler& scheduler = this_core().scheduler;
    Process& process = *scheduler.current();
    process.exiting = true;
    process.exit_status = status;
    refuse_requests(process, Loans::wait);
    take_everything_back();
    if (process.drives_device)
        (void)ask_mkernel(RequestKind::devices_release);
    // Linux and devices have let go of what was lent to this server.
    refuse_requests(process, Loans::end);
    scheduler.leave();
}

void report_gone(Process& process, std::uint32_t status) {
    if (process.told_gone)
        return;
    process.told_gone = true;
    process.exit_status = status;
    refuse_requests(process, Loans::wait);
    send_message(mkernel::core(), MessageKind::gone, process);
}

void end_faulted_process(const x86::TrapFrame& frame, VirtualAddress fault) {
    const Process& process = *this_core().scheduler.current();
    if (frame.vector == static_cast<std::uint32_t>(Exception::page_fault)) {
        const std::uint32_t address = fault.value();
        report_process_fault(process, "%.*s (%u): segmentation fault: %s 0x%08x (%s), at 0x%08x",
                             TEXT(process.name_text()), process.number.value(),
                             (frame.error_code & fault_write) != 0 ? "write to" : "read of",
                             address, page_fault_text(address, frame), frame.eip);
        end_current_process(signal_status + 11);
    }
    const Reason reason = reason_of(frame);
    report_process_fault(process, "%.*s (%u): exception %u: %s, at 0x%08x",
                         TEXT(process.name_text()), process.number.value(), frame.vector,
                         reason.text, frame.eip);
    end_current_process(signal_status + reason.signal);
}

} // namespace ant
