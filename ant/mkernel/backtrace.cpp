// SPDX-License-Identifier: GPL-2.0-only
// Backtrace of either kernel. Reads memory only after it has looked where the address leads.
#include "ant/mkernel/panic.h"

#include <cstddef>

#include "ant/core/image.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/pkernel_image.h"

namespace ant::mkernel {

namespace {

constexpr int deepest = 32;

const KernelImage* image_at(std::uint32_t address) {
    const KernelImage* const images[] = {&kernel_image, pkernel_image()};
    for (const KernelImage* image : images)
        if (image != nullptr && image->has_code_at(address))
            return image;
    return nullptr;
}

// All stacks are in the shared memory, except the one that the m-kernel begins with; between them
// there are pages that are not mapped.
bool is_stack(std::uint32_t address) {
    const PhysicalRange words{PhysicalAddress{address}, 8};
    const bool may_be = shared_memory().contains(words) || (kernel_image.has_data_at(address) &&
                                                            kernel_image.has_data_at(address + 7));
    if (address % 4 != 0 || !may_be)
        return false;
    const Space kernel{physical_memory, kernel_directory()};
    return kernel.translate(VirtualAddress{address}).is_ok() &&
           kernel.translate(VirtualAddress{address + 4}).is_ok();
}

const Symbol* find_symbol(const KernelImage& image, std::uint32_t address) {
    std::uint32_t low = 0;
    std::uint32_t high = *image.symbol_count;
    while (low < high) {
        const std::uint32_t middle = (low + high) / 2;
        if (image.symbols[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? nullptr : &image.symbols[low - 1];
}

void print_place(Sink& out, std::uint32_t address) {
    const KernelImage* image = image_at(address);
    const Symbol* symbol = image != nullptr ? find_symbol(*image, address) : nullptr;
    if (symbol != nullptr)
        format(out, "  0x%08x %s+0x%x\n", address, symbol->name, address - symbol->address);
    else
        format(out, "  0x%08x\n", address);
}

} // namespace

void print_backtrace(Sink& out, std::uint32_t eip, std::uint32_t ebp) {
    format(out, "Backtrace:\n");
    print_place(out, eip);
    // A function begins with PUSH %ebp; MOV %esp, %ebp: at %ebp lies the caller's %ebp and above it
    // the return address. Stacks grow down, so callers lie higher.
    for (int depth = 0; depth < deepest && is_stack(ebp); ++depth) {
        const auto* frame = reinterpret_cast<const std::uint32_t*>(ebp);
        if (image_at(frame[1]) == nullptr)
            return;
        print_place(out, frame[1]);
        if (frame[0] <= ebp)
            return;
        ebp = frame[0];
    }
}

} // namespace ant::mkernel
