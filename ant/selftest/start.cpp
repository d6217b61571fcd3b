// SPDX-License-Identifier: GPL-2.0-only
// The self-test: the m-kernel and this room are an image of their own, build/ant/ant-selftest. What
// it does is said by selftest=NAME on its command line.
#include <array>
#include <cstddef>
#include <cstdint>

#include "ant/arch/x86/processor.h"
#include "ant/base/address.h"
#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/core/image.h"
#include "ant/mkernel/command_line.h"
#include "ant/mkernel/memory.h"
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

// What is not there for that: the kernel's code to be written to, its data to be executed.
void write_code() {
    *pointer_to<volatile std::byte>(VirtualAddress{KernelImage::number(kernel_image.text)}) =
        std::byte{0x90};
}

// RET.
constinit std::array<std::byte, 1> code_in_data{std::byte{0xc3}};

void execute_data() { reinterpret_cast<void (*)()>(code_in_data.data())(); }

// A program's code, which the kernel must not execute (SMEP).
void execute_user_code() {
    constexpr VirtualAddress page{ANT_USER_BASE};
    Space space{physical_memory, kernel_directory()};
    std::byte* const memory = add_process_page(space, page, PageFlags::none).value();
    memory[0] = code_in_data[0];
    pointer_to<void()>(page)();
}

// A program's memory, which the kernel must not touch there (SMAP).
void read_user_memory() {
    constexpr VirtualAddress page{ANT_USER_BASE};
    Space space{physical_memory, kernel_directory()};
    (void)add_process_page(space, page, PageFlags::none).value();
    (void)*pointer_to<volatile std::byte>(page);
}

// Each level takes some of the stack, until the guard page is hit.
std::uint32_t overrun_stack(std::uint32_t depth) {
    std::array<std::uint32_t, 64> frame{};
    asm volatile("" : : "r"(frame.data()) : "memory"); // it is needed, says this
    return depth == 10'000 ? 0 : overrun_stack(depth + 1) + frame[0];
}

void overrun_in_a_thread() {
    (void)overrun_stack(0);
    end_thread();
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
// numbered, and goes on as AnT does. The others show that a panic says what has happened. panic: a
// failed check; fault: a page fault in the kernel; stack: a stack pointer without memory; overrun,
// boot-overrun: a stack without end, of a process and of the m-kernel's core; code, data, user,
// user-data: what protects the kernel from itself; pkernel: a p-kernel's panic.
void start_processes(const CommandLine& line, const Settings& settings) {
    const std::string_view name = line.value("selftest").value_or("all");
    if (name == "all")
        return start_suite(settings.script);
    if (name == "fault")
        write_nowhere();
    if (name == "stack")
        lose_the_stack();
    if (name == "overrun") {
        (void)start_thread(overrun_in_a_thread, ANT_PRIORITY_NORMAL);
        return;
    }
    if (name == "boot-overrun")
        (void)overrun_stack(0);
    if (name == "code")
        write_code();
    if (name == "data")
        execute_data();
    if (name == "user")
        execute_user_code();
    if (name == "user-data")
        read_user_memory();
    if (name == "pkernel")
        confuse_a_pkernel();
    panic("selftest=%.*s", TEXT(name));
}

} // namespace ant::mkernel
