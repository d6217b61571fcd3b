// SPDX-License-Identifier: GPL-2.0-only
// The kernel's ways to break, and the way to its tests.
#include <cstdint>

#include "ant/arch/x86/processor.h"
#include "ant/base/address.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/mkernel/selftest/selftest.h"
#include "ant/mkernel/selftest/suite.h"

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

void run_selftest(std::string_view name, std::string_view script) {
    if (name == "all")
        return start_suite(script);
    if (name == "fault")
        write_nowhere();
    if (name == "stack")
        lose_the_stack();
    if (name == "pkernel")
        confuse_a_pkernel();
    panic("selftest=%.*s", TEXT(name));
}

} // namespace ant::mkernel
