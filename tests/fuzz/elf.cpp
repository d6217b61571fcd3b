// SPDX-License-Identifier: GPL-2.0-only
// A program of any bytes: a plan stays inside the file and inside a process's memory.
#include "ant/base/elf.h"

#include "ant/abi/syscall.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    const auto plan = ant::plan_elf({data, size});
    if (plan.is_error())
        return 0;
    for (const ant::ElfSegment& segment : plan.value().segments()) {
        ASSERT(segment.pages().base.value() >= ANT_USER_BASE);
        ASSERT(segment.pages().end() <= ANT_USER_HEAP);
        ASSERT(segment.file.size() <= segment.memory.size);
        ASSERT(segment.file.data() >= data);
        ASSERT(segment.file.data() + segment.file.size() <= data + size);
    }
    return 0;
}
