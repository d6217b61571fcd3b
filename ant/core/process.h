// SPDX-License-Identifier: GPL-2.0-only
// A process: the m-kernel's part, its core's, and what it is as a client and as a server.
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
#include "ant/base/system_call.h"
#include "ant/core/kernel_stack.h"

namespace ant {

inline constexpr std::uint32_t max_processes = 256;

enum class ConsoleNumber : std::uint32_t { terminal = 0, control = 1 };

// What a process waits for (Scheduler::wait()).
enum class WaitFor : std::uint32_t {
    nothing,
    mkernel,    // the m-kernel's answer to its request
    linux_side, // the end of its call, or that Linux uses none of its memory any more
    withdrawal, // of its call: the server's core says that no reply will come
    // Until the end of the list: a kill ends the wait, too.
    reply,   // of a server
    message, // a request or a notice
    time,
};
constexpr bool ends_with_a_kill(WaitFor what) { return what >= WaitFor::reply; }
inline constexpr Nanoseconds for_ever{ANT_FOR_EVER};

// A process for the scheduler of its core.
enum class ProcessState : std::uint32_t {
    created, // on its way from the m-kernel to its core
    ready,
    running,
    blocked,
    zombie, // has left its core
};

constexpr bool is_priority(std::uint32_t number) {
    return number >= ANT_PRIORITY_HIGHEST && number <= ANT_PRIORITY_LOWEST;
}

// What a process asks of the m-kernel: a call of the table that the m-kernel serves. The process is
// blocked until the answer is there, so the m-kernel may read and write its memory meanwhile.
struct Request {
    SystemCall call{};
    CallWords arguments{};
    std::int32_t result = 0; // the answer
};

// A slot of the table of processes. The part that a field is in says which core may write it; other
// cores only read what they show to people. A process that gets the slot finds all of it
// value-initialised.
struct Process {
    // Its life for the m-kernel, in the order in which it goes on.
    enum class Life : std::uint32_t {
        none, // the slot belongs to no process
        alive,
        killed, // its core has been told so, or will be
        ended,  // its status is known: for others it is no more, but Linux still works for it
        left,   // has nothing any more; here until its parent has asked for the status
    };
    // Its end for its core.
    enum class End : std::uint32_t {
        none,
        exiting,        // does not return to user mode, only ends what is open
        killed,         // ends at its next step to user mode
        exiting_killed, // both
        told,           // killed, and Linux works for it: the m-kernel knows of the end
    };
    struct Wait {
        WaitFor what = WaitFor::nothing;
        bool is_over = false;     // it may go on, with this outcome
        std::int32_t outcome = 0; // EINTR: a kill ended the wait; ETIMEDOUT: the time did
        Nanoseconds end{};        // when the process is among the sleepers
    };

    // ---- The m-kernel's core: which process it is and what it has.
    // How far something has come that takes the m-kernel several steps (mkernel/steps.h).
    struct Work {
        PhysicalAddress place{};  // spawn: the child's page directory; ica_map: the area
        PageCount done{};         // of the pages that are wanted
        PageCount frames{};       // what it took so far: spawn
        std::uint32_t tables = 0; // whose pages are taken back
        Errno error{};            // why it is undone
    };
    struct MkernelPart {
        Life life = Life::none;
        ProcessNumber number{};
        ProcessNumber parent{};
        // Who started it; when that one has ended, who started that one. 0: the kernel.
        ProcessNumber origin{};
        std::uint32_t rights = 0; // ANT_RIGHT_...
        CoreNumber core{};
        ConsoleNumber console{};
        std::array<char, ANT_NAME_BYTES> name{};
        PhysicalAddress page_directory{}; // for CR3
        VirtualAddress entry{};           // where it begins, and with which stack
        VirtualAddress first_stack{};
        VirtualAddress heap_end{};
        PageCount private_pages{}; // frames, page tables included
        Nanoseconds started{};
        Work work{};
        Process* waiter = nullptr;        // the parent, blocked in wait() for this one
        Process* child = nullptr;         // the other direction
        bool drives_device = false;       // has claimed one
        std::uint32_t kill_status = 0;    // what a kill message means
        std::uint32_t new_priority = 0;   // what a priority message means
        ListLink<Process> console_link{}; // waits for input
    };
    MkernelPart mkernel{};

    // ---- Its own core.
    struct CorePart {
        ProcessState state = ProcessState::created;
        End end = End::none;
        std::uint32_t exit_status = 0;
        std::uint32_t priority = 0; // a lower number is more urgent
        std::uint32_t context = 0;  // kernel stack pointer while it does not run
        ListLink<Process> link{};   // in the ready queue or among the sleepers
        Wait wait{};
        Nanoseconds run_time{};
        std::uint64_t linux_calls = 0;
        PageCount ica_pages{};
        bool traced = false; // its calls to Linux are recorded, and those of its children
    };
    CorePart core{};

    // ---- As a client: its own core, until it asks. From then on the request is the m-kernel's,
    // from a call on the message is the server's core's; with the answer they are its own core's
    // again.
    struct ClientPart {
        Request request{};
        ant_message message{};
        ProcessNumber server{};
        CoreNumber server_core{};
        ListLink<Process> link{}; // in one of the server's two lists
        std::uint32_t moved = 0;  // bit n: area n of the request is the server's now
        std::int32_t outcome = 0; // of the call
    };
    ClientPart as_client{};

    // ---- As a server (core/communication.cpp): its own core.
    struct ServerPart {
        using Requests = IntrusiveList<Process, &Process::as_client, &ClientPart::link>;
        Requests requests{}; // not yet received
        Requests open{};     // received, not yet answered
    };
    ServerPart as_server{};

    // ---- What any core may leave for it.
    // Bits of `posted`. A message on the way is about the slot: it must not be used again before.
    static constexpr std::uint32_t kill_on_the_way = 1;
    static constexpr std::uint32_t priority_on_the_way = 2;
    static constexpr std::uint32_t notice_on_the_way = 4;
    static constexpr std::uint32_t watch_came_true = 8;
    std::atomic<std::uint32_t> posted{0};
    std::atomic<std::uint32_t> interrupts{0}; // bit n: line n

    constexpr Process() = default;

    ProcessNumber number() const { return mkernel.number; }
    CoreNumber core_number() const { return mkernel.core; }
    std::string_view name() const {
        const auto& bytes = mkernel.name;
        std::size_t length = 0;
        while (length < bytes.size() && bytes[length] != '\0')
            ++length;
        return {bytes.data(), length};
    }

    // For the m-kernel, and for everybody else.
    bool is_free() const { return mkernel.life == Life::none; }
    bool is_alive() const { return mkernel.life == Life::alive || mkernel.life == Life::killed; }
    bool has_ended() const { return mkernel.life >= Life::ended; }
    // For its core.
    bool is_killed() const { return core.end >= End::killed; }
    bool is_mentioned() const {
        constexpr std::uint32_t messages =
            kill_on_the_way | priority_on_the_way | notice_on_the_way;
        return (posted.load(std::memory_order_acquire) & messages) != 0;
    }
    // Was a bit of `posted` up already? And: was it up until now?
    template<std::uint32_t Bit> bool post() {
        return (posted.fetch_or(Bit, std::memory_order_acq_rel) & Bit) != 0;
    }
    template<std::uint32_t Bit> bool take() {
        return (posted.fetch_and(~Bit, std::memory_order_acq_rel) & Bit) != 0;
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
extern std::array<KernelStack, max_processes> kernel_stacks;
inline VirtualAddress kernel_stack_top(const Process& process) {
    return kernel_stacks[static_cast<std::size_t>(&process - processes.data())].top();
}

} // namespace ant
