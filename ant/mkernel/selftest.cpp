// SPDX-License-Identifier: GPL-2.0-only
// The kernel's ways to break.
#include "mkernel/selftest.h"

#include <cstdint>

#include "kernel/address.h"
#include "kernel/format.h"

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

} // namespace

void run_selftest(std::string_view name) {
    if (name == "fault")
        write_nowhere();
    if (name == "stack")
        lose_the_stack();
    panic("selftest=%.*s", TEXT(name));
}

} // namespace ant::mkernel
