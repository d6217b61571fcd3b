// SPDX-License-Identifier: GPL-2.0-only
// Exceptions of processes, in one line for people. The status is the one a Unix shell shows for the
// signal.
#include "ant/arch/x86/interrupt_table.h"
#include "ant/base/address.h"
#include "ant/base/text.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/system_call.h"

namespace ant::mkernel {

namespace {

using x86::Exception;

struct Fault {
    std::uint32_t vector, error_code, address, eip;
};

// A signal of Unix: its number and what shells call it.
struct Reason {
    std::uint32_t signal;
    const char* text;
};

constexpr std::uint32_t signal_status = 128;

Reason reason_of(const Fault& fault) {
    switch (static_cast<Exception>(fault.vector)) {
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

// The process has the page, for something else; nullptr: it has not.
const char* misuse_text(const Process& process, const Fault& fault) {
    const Space space{physical_memory, process.mkernel.page_directory};
    const auto page = space.translate(VirtualAddress{fault.address});
    if ((fault.error_code & x86::page_fault_protection) == 0 || page.is_error() ||
        !has(page.value().flags, PageFlags::user))
        return nullptr;
    if ((fault.error_code & x86::page_fault_fetch) != 0)
        return "data, not code";
    return has(page.value().flags, PageFlags::no_execute) ? "read-only memory"
                                                          : "read-only memory: its code";
}

const char* page_fault_text(const Process& process, const Fault& fault) {
    const std::uint32_t address = fault.address;
    constexpr std::uint32_t stack_end = ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE;
    constexpr std::uint32_t large_frame = 64 * 1024; // of one function, beyond the guard page
    if (const char* const text = misuse_text(process, fault))
        return text;
    if (address < ANT_USER_BASE)
        return "null pointer";
    if (address >= stack_end - page_size - large_frame && address < stack_end)
        return "stack overflow";
    if (address >= stack_end && address < ANT_USER_STACK_TOP)
        return "no memory is left for the stack";
    if (address >= ANT_USER_END)
        return "kernel memory, foreign ICA or a device";
    return "unmapped memory";
}

} // namespace

Answer calls::report_fault(Process& process, std::uint32_t vector, std::uint32_t error_code,
                           std::uint32_t address, std::uint32_t eip) {
    const Fault fault{vector, error_code, address, eip};
    if (fault.vector == static_cast<std::uint32_t>(Exception::page_fault)) {
        report_process_fault(process, "%.*s (%u): segmentation fault: %s 0x%08x (%s), at 0x%08x",
                             TEXT(process.name()), process.number().value(),
                             x86::page_fault_access(fault.error_code), fault.address,
                             page_fault_text(process, fault), fault.eip);
        return static_cast<std::int32_t>(signal_status + 11);
    }
    const Reason reason = reason_of(fault);
    report_process_fault(process, "%.*s (%u): exception %u: %s, at 0x%08x", TEXT(process.name()),
                         process.number().value(), fault.vector, reason.text, fault.eip);
    return static_cast<std::int32_t>(signal_status + reason.signal);
}

} // namespace ant::mkernel
