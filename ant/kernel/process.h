// SPDX-License-Identifier: GPL-2.0-only
// A process: what the m-kernel knows of it, what its core's scheduler does, and its request.
#pragma once

#include <antlinux/abi.h>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ant/abi/syscall.h"
#include "arch/x86/clock.h"
#include "kernel/address.h"
#include "kernel/ready_queue.h"
#include "kernel/result.h"

namespace ant {

using x86::Nanoseconds;

inline constexpr std::uint32_t max_processes = 64;
inline constexpr std::uint32_t kernel_stack_size = 8192;

enum class ConsoleNumber : std::uint32_t { terminal = 0, control = 1 };

enum class ProcessState : std::uint32_t {
    free,    // the slot belongs to no process
    created, // on its way from the m-kernel to its core
    ready,
    running,
    blocked,
    zombie, // ended; the m-kernel keeps the status for its parent
};

// What a process asks of the m-kernel. It is blocked until the answer is there, so the m-kernel may
// read and write the process's memory meanwhile.
enum class RequestKind : std::uint32_t {
    spawn,            // arguments: address of struct ant_spawn
    wait,             // process number
    kill,             // process number
    console_read,     // address, bytes
    console_owner,    // process number or 0
    memory_map,       // bytes
    stack_page,       // address of the page
    ica_map,          // bytes; status: the area's size
    ica_size,         // address; status: the size of the process's area there
    ica_unmap,        // address
    device_claim,     // device
    device_map,       // device, number of the base address register
    device_master,    // device, 1 or 0
    device_interrupt, // device
};

struct Request {
    RequestKind kind{};
    std::array<std::uint32_t, 2> arguments{};
    // The answer: what the system call returns, and a second value, for wait() the child's status.
    std::int32_t result = 0;
    std::uint32_t status = 0;
};

// Each field is written by one core only: the m-kernel's part by the m-kernel's core, the rest by
// the core the process runs on. Others read what they show to people, nothing else.
struct Process {
    constexpr Process() = default;

    // ---- The m-kernel's part: who it is and what it has.
    ProcessNumber number{};
    ProcessNumber parent{};
    CoreNumber core{};
    ConsoleNumber console{};
    std::array<char, ANT_NAME_BYTES> name{};
    PhysicalAddress page_directory{};
    VirtualAddress heap_end{};
    PageCount private_pages{}; // frames, page tables included
    PageCount ica_pages{};
    Nanoseconds started{};
    Process* waiter = nullptr;    // the parent, blocked in wait() for this one
    Process* waits_for = nullptr; // the other direction
    bool kill_sent = false;
    std::uint32_t kill_with = 0;      // the status that the kill message means
    bool ended = false;               // its status is known; for others it is no more
    bool freed = false;               // it has left its core and has nothing any more
    ListLink<Process> console_link{}; // waits for input

    // Set by the m-kernel with the kill message, cleared by the core that took it: the slot is not
    // used again while a message about it is on the way.
    std::atomic<bool> kill_on_the_way{false};

    // ---- The core's part.
    ProcessState state = ProcessState::free;
    std::uint32_t context = 0; // kernel stack pointer while it does not run
    ListLink<Process> link{};  // in the ready queue or among the sleepers
    Nanoseconds wake_time{};
    bool sleeping = false;
    bool kill_requested = false;
    std::uint32_t kill_status = 0;
    bool exiting = false;  // does not return to user mode, only ends what is open
    bool in_linux = false; // blocked until Linux answers
    bool told_gone = false;
    std::uint32_t exit_status = 0;
    Nanoseconds run_time{};
    std::uint64_t linux_calls = 0;
    std::uint32_t device_interrupts = 0; // bit n: device n has interrupted since it last asked

    // ---- Handed over with the messages: by its core with a request, by the m-kernel with the
    // answer.
    Request request{};
    bool answered = false;   // the core's: the answer came
    bool linux_done = false; // the core's: Linux's answer came, with this outcome
    std::int32_t linux_outcome = 0;

    std::string_view name_text() const {
        std::size_t length = 0;
        while (length < name.size() && name[length] != '\0')
            ++length;
        return {name.data(), length};
    }
};

extern std::array<Process, max_processes> processes;

// A process number decides the slot, so that finding one takes no search.
inline Process& slot_of(ProcessNumber number) { return processes[number.value() % max_processes]; }

// The kernel stack of a process; its slot in the table decides where it lies.
VirtualAddress kernel_stack_base(const Process& process);
inline VirtualAddress kernel_stack_top(const Process& process) {
    return kernel_stack_base(process) + kernel_stack_size;
}

} // namespace ant
