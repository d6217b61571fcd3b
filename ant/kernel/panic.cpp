// SPDX-License-Identifier: GPL-2.0-only
// Panic: stop AnT's cores, say on the terminal what happened, end the machine if told how.
#include "kernel/panic.h"

#include <algorithm>
#include <antlinux/testbed.h>
#include <array>
#include <atomic>
#include <cstdarg>

#include "arch/x86/backtrace.h"
#include "arch/x86/interrupt_table.h"
#include "arch/x86/io_port.h"
#include "arch/x86/local_apic.h"
#include "arch/x86/processor.h"
#include "kernel/assert.h"
#include "kernel/console.h"
#include "kernel/core.h"
#include "kernel/format.h"
#include "kernel/log.h"

namespace ant {

namespace {

constinit std::optional<x86::IoPort> debug_exit_port;
constinit std::atomic<bool> panicking{false};

// To the terminal and, line by line, into the log, which Linux can read when AnT stands still.
// Nobody deletes one by its base: it needs no virtual destructor.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class PanicSink final : public Sink {
public:
    void write(std::string_view text) override {
        terminal_.write(text);
        for (const char c : text) {
            if (c != '\n' && length_ < line_.size()) {
                line_[length_++] = c;
            } else if (c == '\n' && length_ > 0) {
                log_panic_line({line_.data(), length_});
                length_ = 0;
            }
        }
    }

    // What was logged before the panic, for who has only the terminal.
    void show_log_before() {
        constexpr std::size_t lines = 10;
        static std::array<char, 4096> text{};
        const std::uint64_t from = log_end_ > text.size() ? log_end_ - text.size() : 0;
        const auto before = static_cast<std::size_t>(log_end_ - from);
        const std::size_t bytes = std::min(read_log_from(from, text), before);
        terminal_.write("The log's last lines before it:\n");
        for_each_line({text.data(), bytes}, {.least = LogLevel::debug, .count = lines},
                      [this](std::string_view line) { terminal_.write(line); });
    }

private:
    ConsoleOutput terminal_{ConsoleNumber::terminal};
    const std::uint64_t log_end_ = log_end();
    std::array<char, 160> line_{};
    std::size_t length_ = 0;
};

// The first core that panics goes on; a second one, or a panic inside the panic, only stops.
void begin_panic() {
    x86::disable_interrupts();
    if (panicking.exchange(true))
        x86::halt_for_ever();
    const CoreNumber self = x86::LocalApic::core();
    for (const Core& core : cores)
        if (core.online.load(std::memory_order_acquire) && core.number != self)
            x86::LocalApic::send_nmi(core.number);
    ignore_console_locks();
}

[[noreturn]] void end_panic(PanicSink& out) {
    out.show_log_before();
    if (!debug_exit_port) {
        format(out, "AnT has stopped; Linux goes on.\n");
        x86::halt_for_ever();
    }
    debug_exit_port->write(ANTLINUX_EXIT_ANT_PANIC);
    x86::halt_for_ever();
}

void print_heading(Sink& out) {
    const Core& core = this_core();
    format(out, "\nAnT panic on core %u (%c-kernel)", x86::LocalApic::core().value(),
           static_cast<char>(core.kind));
    if (const Process* process = core.scheduler.current())
        format(out, ", process %u (%.*s)", process->number.value(), TEXT(process->name_text()));
    format(out, ": ");
}

struct Registers {
    std::uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, eip, eflags, cs, ss;
};

void print_registers(Sink& out, const Registers& r) {
    format(out, "eax %08x  ebx %08x  ecx %08x  edx %08x\n", r.eax, r.ebx, r.ecx, r.edx);
    format(out, "esi %08x  edi %08x  ebp %08x  esp %08x\n", r.esi, r.edi, r.ebp, r.esp);
    format(out, "eip %08x  eflags %08x  cs %04x  ss %04x\n", r.eip, r.eflags, r.cs & 0xffff,
           r.ss & 0xffff);
    format(out, "cr2 %08x  cr3 %08x\n", x86::read_cr2(), x86::read_cr3().value());
}

} // namespace

void set_debug_exit_port(std::uint16_t port) { debug_exit_port = x86::IoPort{port}; }

void panic(const char* format, ...) {
    // First of all, while they are still what they were.
    Registers registers{};
    asm volatile("movl %%ebx, %0\n\tmovl %%esi, %1\n\tmovl %%edi, %2\n\tmovl %%esp, %3\n\t"
                 "pushfl\n\tpopl %4"
                 : "=m"(registers.ebx), "=m"(registers.esi), "=m"(registers.edi),
                   "=m"(registers.esp), "=m"(registers.eflags));
    // The caller's: at the frame's address lies its %ebp, above it the return address.
    const auto* frame = static_cast<const std::uint32_t*>(__builtin_frame_address(0));
    registers.ebp = frame[0];
    registers.eip = frame[1];
    registers.cs = KERNEL_CODE_SELECTOR;
    registers.ss = KERNEL_DATA_SELECTOR;

    begin_panic();
    PanicSink out;
    print_heading(out);
    std::va_list arguments{};
    va_start(arguments, format);
    vformat(out, format, arguments);
    va_end(arguments);
    out.write("\n");
    print_registers(out, registers);
    x86::print_backtrace(out, registers.eip, registers.ebp);
    end_panic(out);
}

void panic_on_exception(const x86::TrapFrame& frame) {
    begin_panic();
    PanicSink out;
    print_heading(out);
    format(out, "exception %u, error code 0x%x", frame.vector, frame.error_code);
    if (frame.vector == static_cast<std::uint32_t>(x86::Exception::page_fault))
        format(out, ", address 0x%08x", x86::read_cr2());
    format(out, "\n");
    print_registers(out, {frame.eax, frame.ebx, frame.ecx, frame.edx, frame.esi, frame.edi,
                          frame.ebp, frame.esp(), frame.eip, frame.eflags, frame.cs,
                          frame.from_user() ? frame.user_ss : KERNEL_DATA_SELECTOR});
    x86::print_backtrace(out, frame.eip, frame.ebp);
    end_panic(out);
}

void panic_on_double_fault(const x86::TaskState& task) {
    begin_panic();
    PanicSink out;
    print_heading(out);
    format(out, "double fault (kernel stack overrun?)\n");
    print_registers(out, {task.eax, task.ebx, task.ecx, task.edx, task.esi, task.edi, task.ebp,
                          task.esp, task.eip, task.eflags, task.cs, task.ss});
    x86::print_backtrace(out, task.eip, task.ebp);
    end_panic(out);
}

} // namespace ant
