// SPDX-License-Identifier: GPL-2.0-only
// The self-test: the m-kernel and this room are an image of their own, build/ant/ant-selftest. What
// it does is said by selftest=NAME on its command line.
#include <cstdint>

#include "ant/arch/x86/processor.h"
#include "ant/base/address.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/mkernel/command_line.h"
#include "ant/mkernel/settings.h"
#include "ant/mkernel/shells.h"
#include "ant/selftest/suite.h"

namespace ant::mkernel {

namespace {

// Nothing is mapped there.
constexpr VirtualAddress nowhere{0x0000'0010};

void write_nowhere() { asm volatile("movl $1, (%0)" : : "r"(nowhere.value()) : "memory"); }

// What an overrun stack leads to in the end: a stack pointer without memory. The fault cannot push
// its frame there, which makes it a double fault.
void lose_the_stack() {
    asm volatile("movl %0, %%esp\n\tpushl %%eax" : : "r"(nowhere.value()) : "memory");
}

// A p-kernel gets a message that is none for it, panics, and has this core say so.
void confuse_a_pkernel() {
    const auto others = running_cores.all().subspan(1);
    if (others.empty())
        return;
    send_message(cores[others.front().value()], MessageKind::request, processes[0]);
    x86::halt_for_ever();
}

} // namespace

// In place of mkernel/boot.cpp's. all: tests the running kernel, says each result on the terminal,
// numbered, and goes on as AnT does. panic: a failed check; fault: a page fault in the kernel;
// stack: a kernel stack without end; pkernel: a p-kernel's panic: to see that it says so.
void start_processes(const CommandLine& line, const Settings& settings) {
    const std::string_view name = line.value("selftest").value_or("all");
    if (name == "all")
        return start_suite(settings.script);
    if (name == "fault")
        write_nowhere();
    if (name == "stack")
        lose_the_stack();
    if (name == "pkernel")
        confuse_a_pkernel();
    panic("selftest=%.*s", TEXT(name));
}

} // namespace ant::mkernel
