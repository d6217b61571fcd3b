// SPDX-License-Identifier: GPL-2.0-only
// What belongs to one core: its number, descriptor tables, scheduler, mailbox, statistics.
#pragma once

#include <antlinux/abi.h>
#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "ant/arch/x86/processor.h"
#include "ant/arch/x86/segments.h"
#include "ant/base/address.h"
#include "ant/core/interrupts_off.h"
#include "ant/core/kernel_stack.h"
#include "ant/core/mailbox.h"
#include "ant/core/process.h"
#include "ant/core/scheduler.h"

namespace ant {

enum class CoreKind : char { none = 0, mkernel = 'm', pkernel = 'p' };

enum class MessageKind : std::uint32_t {
    start,    // m-kernel -> core: run this new process
    kill,     // m-kernel -> core: end this process
    priority, // m-kernel -> core: see process.new_priority
    answer,   // m-kernel -> core: process.request is answered
    request,  // core -> m-kernel: see process.request
    gone,     // core -> m-kernel: killed while Linux works for it: for others it has ended
    ended,    // core -> m-kernel: the process has left its core for good
    // Server communication, between any cores; docs/servers.md.
    call,      // client's core -> server's: the client's request
    reply,     // server's core -> client's: the call is answered
    withdraw,  // client's core -> server's: the client is killed
    withdrawn, // server's core -> client's: no reply will come any more
    notice,    // any core -> server's: interrupts or ends to receive
};

struct Message {
    MessageKind kind{};
    Process* process = nullptr;
};

// From one core to another a process has at most one message of each kind on the way at a time.
// Nine kinds go from the m-kernel's core to another, of which `start` and `answer` exclude each
// other, and fewer the other ways: a ring of this depth never overflows.
inline constexpr std::uint32_t mailbox_depth = 8 * max_processes;

// Something that a core wants in the log, which the m-kernel keeps.
struct Remark {
    const char* what = nullptr;
    std::uint64_t value = 0;
    std::atomic<bool> is_new{false}; // the core sets it, the m-kernel clears it
};

struct Core {
    constexpr Core() = default;

    Core* self = nullptr; // at %gs:0, see this_core()
    CoreNumber number{};
    CoreKind kind = CoreKind::none;
    std::atomic<bool> online{false};
    std::uint64_t interrupts = 0;
    InterruptsOff interrupts_off{};
    Scheduler scheduler{};
    x86::SegmentTables segments{};
    Remark remark{};
    Mailbox<Message, ANTLINUX_MAX_CORES, mailbox_depth> mailbox{};
};
static_assert(offsetof(Core, self) == 0);

// By core number = local APIC id.
extern std::array<Core, ANTLINUX_MAX_CORES> cores;

// What a p-kernel's core uses until its first process runs and while it is idle.
extern std::array<KernelStack, ANTLINUX_MAX_CORES> idle_stacks;

inline Core& core_of(const Process& process) { return cores[process.core_number().value()]; }

// AnT's cores that run, the m-kernel's first. Written by the m-kernel before any process runs.
struct RunningCores {
    std::array<CoreNumber, ANTLINUX_MAX_CORES> numbers{};
    std::uint32_t count = 0;

    std::span<const CoreNumber> all() const { return {numbers.data(), count}; }
};
extern RunningCores running_cores;

inline Core& mkernel_core() { return cores[running_cores.numbers[0].value()]; }

// The core that executes the call; valid after initialise_this_core().
inline Core& this_core() { return *x86::core_data(cores[0].self); }

// Descriptor tables, interrupt table and local APIC of this core.
void initialise_this_core(CoreNumber number, CoreKind kind, PhysicalAddress kernel_directory);

// Something of this core worth a line in the log. The m-kernel looks for it on its timer
// (role.cpp). While one waits, further ones are dropped: neither a process nor the other OS can
// keep a core busy with the log.
void remark(const char* what, std::uint64_t value);

// Puts a message into another core's mailbox and rings it. A message to this core takes effect at
// once.
void send_message(Core& to, Message message);
inline void send_message(Core& to, MessageKind kind, Process& process) {
    send_message(to, {kind, &process});
}

// Handles what is in this core's mailbox.
void take_messages();

} // namespace ant
