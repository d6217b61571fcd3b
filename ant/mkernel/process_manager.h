// SPDX-License-Identifier: GPL-2.0-only
// Processes: creation, waiting, killing, what is left when one ends. On the m-kernel's core only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ant/base/result.h"
#include "ant/core/process.h"
#include "ant/mkernel/program.h"

namespace ant::mkernel {

struct Creation {
    CoreNumber core{};
    ConsoleNumber console{};
    std::uint32_t priority = ANT_PRIORITY_NORMAL;
    ProcessNumber parent{};             // 0: the kernel
    std::uint32_t rights = 0;           // ANT_RIGHT_...
    std::span<const std::byte> image{}; // its file; empty: the RAM disk has it
};

// One step of it (steps.h); how far it has come is in `work`, at first nothing. Nothing: there are
// further ones. EINVAL: not a running core of AnT's; EAGAIN: no free slot; otherwise as
// program_file(), plan_elf() and load_some(). After an error undo_creation() is due.
Result<std::optional<ProcessNumber>> create_some(const Arguments& arguments,
                                                 const Creation& creation, Process::Work& work);

// One step; true: nothing is left of it.
[[nodiscard]] bool undo_creation(Process::Work& work);

// At once, for the kernel itself.
Result<ProcessNumber> create_process(const Arguments& arguments, const Creation& creation);

// The process with that number, unless it has ended. ESRCH.
Result<Process*> find_process(ProcessNumber number);

// May `process` end and prioritise `other` (ANT_RIGHT_PROCESSES)?
bool rules_over(const Process& process, const Process& other);

// The same process as find_process() finds, for `process` to rule over. ESRCH, EPERM.
Result<Process*> find_subject(const Process& process, ProcessNumber number);

// Ends a process with that status, wherever it is.
void kill_process(Process& process, std::uint32_t status);

// Valid priorities only (is_priority()).
void change_priority(Process& process, std::uint32_t priority);

// Answers process.request: its core lets it go on.
void answer(Process& process, std::int32_t result);

} // namespace ant::mkernel
