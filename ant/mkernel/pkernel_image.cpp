// SPDX-License-Identifier: GPL-2.0-only
// Loading the p-kernel.
#include "ant/mkernel/pkernel_image.h"

#include <cstring>

#include "ant/base/elf.h"

namespace ant::mkernel {

namespace {

constinit const KernelImage* loaded = nullptr;

} // namespace

Result<VirtualAddress> load_pkernel(std::span<const std::byte> file) {
    const ElfLoadPlan plan =
        TRY(plan_elf(file, {identity(pkernel_range.base), pkernel_range.size}));
    for (const ElfSegment& segment : plan.segments()) {
        auto* const memory = pointer_to<std::byte>(segment.memory.base);
        std::memcpy(memory, segment.file.data(), segment.file.size());
        std::memset(memory + segment.file.size(), 0, segment.memory.size - segment.file.size());
    }
    const auto* const image = pointer_to<const KernelImage>(identity(pkernel_range.base));
    if (!image->shares_with(kernel_image))
        return Errno::enoexec;
    loaded = image;
    return plan.entry();
}

const KernelImage* pkernel_image() { return loaded; }

} // namespace ant::mkernel
