// SPDX-License-Identifier: GPL-2.0-only
// Where the kernel stack of a process lies.
#include "ant/core/process.h"

namespace ant {

VirtualAddress kernel_stack_base(const Process& process) {
    return address_of(kernel_stacks[static_cast<std::size_t>(&process - processes.data())].data());
}

} // namespace ant
