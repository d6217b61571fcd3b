// SPDX-License-Identifier: GPL-2.0-only
// The process table and the kernel stacks.
#include "kernel/process.h"

namespace ant {

constinit std::array<Process, max_processes> processes{};
constinit std::array<Watch, max_watches> watches{};
constinit std::atomic<std::uint32_t> names_server{0};

namespace {
alignas(page_size) constinit std::array<std::array<std::byte, kernel_stack_size>,
                                        max_processes> kernel_stacks{};
}

VirtualAddress kernel_stack_base(const Process& process) {
    return address_of(kernel_stacks[static_cast<std::size_t>(&process - processes.data())].data());
}

} // namespace ant
