// SPDX-License-Identifier: GPL-2.0-only
// The end of AnT: panic() is declared in base/assert.h, here is what else leads to it. The core
// that panics notes what has happened; the m-kernel, on its core, says it on the terminal.
#pragma once

#include <atomic>
#include <cstdarg>
#include <cstdint>

#include "ant/arch/x86/segments.h"
#include "ant/arch/x86/trap_frame.h"
#include "ant/base/address.h"

namespace ant {

// An exception in the kernel.
[[noreturn]] void panic_on_exception(const x86::TrapFrame& frame);
[[noreturn]] void panic_on_double_fault(const x86::TaskState& task);

// The NMI by which a core that panics reaches the others.
[[noreturn]] void stop_for_panic();

struct PanicRecord {
    enum class Kind : std::uint32_t { message, exception, double_fault };

    std::atomic<bool> taken{false};    // by the first core that panics
    std::atomic<bool> complete{false}; // the rest can be read
    Kind kind = Kind::message;
    CoreNumber core{};
    const char* format = nullptr; // of a message; its arguments lie on the stopped core's stack
    std::va_list arguments{};
    std::uint32_t vector = 0, error_code = 0; // of an exception
    std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0, esi = 0, edi = 0, ebp = 0, esp = 0, eip = 0;
    std::uint32_t eflags = 0, cs = 0, ss = 0, cr2 = 0, cr3 = 0;
};
extern PanicRecord panic_record;

namespace role {

// The record is complete: says it, or has the m-kernel say it.
[[noreturn]] void end_panic();
// This core was stopped by another one's NMI.
[[noreturn]] void stop_for_panic();

} // namespace role

} // namespace ant
