// SPDX-License-Identifier: GPL-2.0-only
// The rights of the kernel's own pages.
#include "ant/mkernel/kernel_protection.h"

#include "ant/base/text.h"
#include "ant/core/core.h"
#include "ant/core/process.h"

extern "C" {
extern const std::byte boot_stack_guard[]; // boot.S
}

namespace ant::mkernel {

namespace {

Result<void> protect_image(Space& kernel, const KernelImage& image) {
    const auto pages = [](const std::byte* from, const std::byte* to) {
        return VirtualRange{address_of(from), address_of(to) - address_of(from)};
    };
    // The linker scripts begin each part on a page of its own.
    TRY(kernel.protect(pages(image.text, image.constants), PageFlags::none));
    TRY(kernel.protect(pages(image.constants, image.data), PageFlags::no_execute));
    return {};
}

Result<void> unmap_guard(Space& kernel, VirtualAddress guard) {
    TRY(kernel.split_large_pages({guard, page_size}));
    TRY(kernel.unmap_page(guard));
    return {};
}

bool is_guard(const KernelStack& stack, std::uint32_t address) {
    return VirtualRange{address_of(stack.guard.data()), page_size}.contains(
        VirtualAddress{address});
}

} // namespace

Result<void> protect_kernel(Space& kernel) {
    TRY(protect_image(kernel, kernel_image));
    for (const KernelStack& stack : kernel_stacks)
        TRY(unmap_guard(kernel, address_of(stack.guard.data())));
    for (const KernelStack& stack : idle_stacks)
        TRY(unmap_guard(kernel, address_of(stack.guard.data())));
    return unmap_guard(kernel, address_of(boot_stack_guard));
}

Result<void> protect_pkernel(const KernelImage& image) {
    Space kernel{physical_memory, kernel_directory()};
    return protect_image(kernel, image);
}

bool print_overrun_stack(Sink& out, std::uint32_t address) {
    for (std::size_t slot = 0; slot < kernel_stacks.size(); ++slot) {
        if (!is_guard(kernel_stacks[slot], address))
            continue;
        const Process& process = processes[slot];
        format(out, "the kernel stack of process %u (%.*s)", process.number().value(),
               TEXT(process.name()));
        return true;
    }
    for (std::size_t core = 0; core < idle_stacks.size(); ++core) {
        if (!is_guard(idle_stacks[core], address))
            continue;
        format(out, "the idle stack of core %u", static_cast<unsigned>(core));
        return true;
    }
    if (!VirtualRange{address_of(boot_stack_guard), page_size}.contains(VirtualAddress{address}))
        return false;
    format(out, "the idle stack of the m-kernel's core");
    return true;
}

} // namespace ant::mkernel
