// SPDX-License-Identifier: GPL-2.0-only
// Panic: stop AnT's cores, say on the terminal what happened, end the machine if told how.
#include "ant/mkernel/panic.h"

#include <algorithm>
#include <antlinux/testbed.h>
#include <array>
#include <optional>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/arch/x86/io_port.h"
#include "ant/arch/x86/local_apic.h"
#include "ant/arch/x86/processor.h"
#include "ant/base/format.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/core/panic.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/kernel_protection.h"
#include "ant/mkernel/log.h"

namespace ant {

namespace {

constinit std::optional<x86::IoPort> debug_exit_port;

// To the terminal and, line by line, into the log, which Linux can read when AnT stands still.
// Nobody deletes one by its base: it needs no virtual destructor.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class PanicSink final : public Sink {
public:
    void write(std::string_view text) override {
        write_patiently(text);
        for (const char c : text) {
            if (c != '\n' && length_ < line_.size()) {
                line_[length_++] = c;
            } else if (c == '\n' && length_ > 0) {
                log_panic_line({line_.data(), length_});
                length_ = 0;
            }
        }
    }

    // What was logged before the panic, for a reader who has only the terminal.
    void show_log_before() const {
        constexpr std::size_t lines = 10;
        static std::array<char, 4096> text{};
        const std::uint64_t from = log_end_ > text.size() ? log_end_ - text.size() : 0;
        const auto before = static_cast<std::size_t>(log_end_ - from);
        const std::size_t bytes = std::min(read_log_from(from, text), before);
        write_patiently("The log's last lines before it:\n");
        for_each_line({text.data(), bytes}, {.least = LogLevel::debug, .count = lines},
                      [](std::string_view line) { write_patiently(line); });
    }

private:
    const std::uint64_t log_end_ = log_end();
    std::array<char, 160> line_{};
    std::size_t length_ = 0;
};

void stop_the_others() {
    const CoreNumber self = x86::LocalApic::core();
    for (const Core& core : cores)
        if (core.online.load(std::memory_order_acquire) && core.number != self)
            x86::LocalApic::send_nmi(core.number);
}

[[noreturn]] void end_machine(PanicSink& out) {
    out.show_log_before();
    if (!debug_exit_port) {
        format(out, "AnT has stopped; Linux goes on.\n");
        x86::halt_for_ever();
    }
    debug_exit_port->write(ANTLINUX_EXIT_ANT_PANIC);
    x86::halt_for_ever();
}

void print_what(Sink& out, PanicRecord& record) {
    const Core& core = cores[record.core.value() % ANTLINUX_MAX_CORES];
    format(out, "\nAnT panic on core %u (%c-kernel)", record.core.value(),
           core.kind == CoreKind::none ? '-' : static_cast<char>(core.kind));
    if (const Process* process = core.scheduler.current())
        format(out, ", process %u (%.*s)", process->number().value(), TEXT(process->name()));
    format(out, ": ");
    switch (record.kind) {
    case PanicRecord::Kind::message:
        vformat(out, record.format, record.arguments);
        break;
    case PanicRecord::Kind::exception:
        format(out, "exception %u, error code 0x%x", record.vector, record.error_code);
        if (record.vector == static_cast<std::uint32_t>(x86::Exception::page_fault))
            format(out, ", %s 0x%08x, which is %s", x86::page_fault_access(record.error_code),
                   record.cr2,
                   (record.error_code & x86::page_fault_protection) != 0 ? "protected"
                                                                         : "not mapped");
        break;
    case PanicRecord::Kind::double_fault:
        format(out, "double fault, address 0x%08x: ", record.cr2);
        if (mkernel::print_overrun_stack(out, record.cr2))
            format(out, " is overrun");
        else
            format(out, "no stack for an exception");
        break;
    }
    format(out, "\n");
}

void print_registers(Sink& out, const PanicRecord& r) {
    format(out, "eax %08x  ebx %08x  ecx %08x  edx %08x\n", r.eax, r.ebx, r.ecx, r.edx);
    format(out, "esi %08x  edi %08x  ebp %08x  esp %08x\n", r.esi, r.edi, r.ebp, r.esp);
    format(out, "eip %08x  eflags %08x  cs %04x  ss %04x\n", r.eip, r.eflags, r.cs & 0xffff,
           r.ss & 0xffff);
    format(out, "cr2 %08x  cr3 %08x\n", r.cr2, r.cr3);
}

} // namespace

namespace mkernel {

void set_debug_exit_port(std::uint16_t port) { debug_exit_port = x86::IoPort{port}; }

} // namespace mkernel

void role::end_panic() {
    stop_the_others();
    PanicSink out;
    print_what(out, panic_record);
    print_registers(out, panic_record);
    mkernel::print_backtrace(out, panic_record.eip, panic_record.ebp);
    end_machine(out);
}

void role::stop_for_panic() {
    // A p-kernel's, which cannot say it itself.
    role::end_panic();
}

} // namespace ant
