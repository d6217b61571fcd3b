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
#include "ant/arch/x86/clock.h"
#include "ant/base/address.h"
#include "ant/base/list.h"
#include "ant/base/result.h"

namespace ant {

inline constexpr std::uint32_t max_processes = 256;
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
    devices_release,
    ica_tables, // address, bytes of an area: page tables for it
    watch,      // process number
    serve_names,
    set_priority,  // process number, priority
    console_write, // stream, address, bytes (not many)
    console_end,   // status
    serve_console,
    console_interrupt, // 1 or 0
    information,       // system call number, and its arguments
    report_fault,      // vector, error code, address of a page fault, of the instruction
};

constexpr bool is_priority(std::uint32_t number) {
    return number >= ANT_PRIORITY_HIGHEST && number <= ANT_PRIORITY_LOWEST;
}

struct Request {
    RequestKind kind{};
    std::array<std::uint32_t, 4> arguments{};
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
    PageCount ica_pages{};     // its own core changes it, too, when areas change hands
    Nanoseconds started{};
    Process* waiter = nullptr;    // the parent, blocked in wait() for this one
    Process* waits_for = nullptr; // the other direction
    VirtualAddress entry{};       // where it begins, and with which stack
    VirtualAddress first_stack{};
    bool is_thread = false; // of the kernel: `entry` is kernel code
    bool kill_sent = false;
    std::uint32_t kill_with = 0;      // the status that the kill message means
    bool drives_device = false;       // has claimed one
    bool ended = false;               // its status is known; for others it is no more
    bool freed = false;               // it has left its core and has nothing any more
    ListLink<Process> console_link{}; // waits for input

    // Set by the m-kernel with the kill message, cleared by the core that took it: the slot is not
    // used again while a message about it is on the way.
    std::atomic<bool> kill_on_the_way{false};
    // The same for the message that brings another priority.
    std::uint32_t new_priority = 0;
    std::atomic<bool> priority_on_the_way{false};

    // ---- The core's part.
    ProcessState state = ProcessState::free;
    std::uint32_t context = 0; // kernel stack pointer while it does not run
    ListLink<Process> link{};  // in the ready queue or among the sleepers
    Nanoseconds wake_time{};
    bool sleeping = false;
    bool interruptible = false; // blocked for something that a kill does not wait for
    std::uint32_t priority = 0; // a lower number is more urgent
    bool kill_requested = false;
    std::uint32_t kill_status = 0;
    bool exiting = false;  // does not return to user mode, only ends what is open
    bool in_linux = false; // blocked until Linux answers
    bool told_gone = false;
    std::uint32_t exit_status = 0;
    Nanoseconds run_time{};
    std::uint64_t linux_calls = 0;
    bool traced = false; // its calls to Linux are recorded, and those of whom it starts from now on

    // ---- Handed over with the messages: by its core with a request, by the m-kernel with the
    // answer.
    Request request{};
    bool answered = false;   // the core's: the answer came
    bool linux_done = false; // the core's: Linux's answer came, with this outcome
    std::int32_t linux_outcome = 0;

    // ---- Server communication (core/communication.cpp), as a client. From the call on the
    // message belongs to the server's core, from the answer on to this process's core again.
    ant_message message{};
    ProcessNumber server{};
    CoreNumber server_core{};
    ListLink<Process> request_link{}; // in one of the server's two lists
    std::uint32_t moved = 0;          // bit n: area n of the request is the server's now
    std::int32_t call_outcome = 0;
    bool call_answered = false;
    bool withdrawal_confirmed = false;

    // ---- As a server; its core's. Interrupts and ends are left by any core.
    using Requests = IntrusiveList<Process, &Process::request_link>;
    Requests requests{}; // not yet received
    Requests open{};     // received, not yet answered
    bool receiving = false;
    std::atomic<std::uint32_t> interrupts{0};
    std::atomic<bool> somebody_ended{false};
    std::atomic<bool> notice_on_the_way{false};

    // Is a message about the process on the way that may come after its end? Then the slot must
    // wait.
    bool is_mentioned() const {
        return kill_on_the_way.load(std::memory_order_acquire) ||
               priority_on_the_way.load(std::memory_order_acquire) ||
               notice_on_the_way.load(std::memory_order_acquire);
    }

    std::string_view name_text() const {
        std::size_t length = 0;
        while (length < name.size() && name[length] != '\0')
            ++length;
        return {name.data(), length};
    }
};

extern std::array<Process, max_processes> processes;

// Somebody who wants to hear of a process's end. The m-kernel fills it in and marks it as ended;
// the watcher's core reads it and marks it as unused.
struct Watch {
    enum class State : std::uint32_t { unused, armed, ended };
    std::atomic<State> state{};
    ProcessNumber watcher{};
    ProcessNumber watched{};
};
inline constexpr std::uint32_t max_watches = max_processes;
extern std::array<Watch, max_watches> watches;

// The number of the process that is ANT_SERVER_NAMES; 0: there is none.
extern std::atomic<std::uint32_t> names_server;
// The number of the process that serves the terminal; 0: the kernel does.
extern std::atomic<std::uint32_t> console_server;

// A process number decides the slot, so that finding one takes no search.
inline Process& slot_of(ProcessNumber number) { return processes[number.value() % max_processes]; }

// The kernel stack of a process; its slot in the table decides where it lies.
extern std::array<std::array<std::byte, kernel_stack_size>, max_processes> kernel_stacks;
VirtualAddress kernel_stack_base(const Process& process);
inline VirtualAddress kernel_stack_top(const Process& process) {
    return kernel_stack_base(process) + kernel_stack_size;
}

} // namespace ant
