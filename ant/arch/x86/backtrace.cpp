// SPDX-License-Identifier: GPL-2.0-only
// Backtrace of the kernel. Reads memory only after it has looked where the address leads.
#include "arch/x86/backtrace.h"

#include <cstddef>

extern "C" {
extern const std::byte _text[];
extern const std::byte _etext[];
extern const std::byte _end[];

// Made from the linked kernel by symbols.sh; sorted by address. Empty in the first of two links.
struct Symbol {
    std::uint32_t address;
    const char* name;
};
extern const Symbol symbol_table[];
extern const std::uint32_t symbol_count;
}

namespace ant::x86 {

namespace {

constexpr int deepest = 32;

std::uint32_t value_of(const std::byte* label) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(label));
}

bool is_code(std::uint32_t address) {
    return address >= value_of(_text) && address < value_of(_etext);
}

// All kernel stacks lie in the image's .bss.
bool is_stack(std::uint32_t address) {
    return address >= value_of(_etext) && address <= value_of(_end) - 8 && address % 4 == 0;
}

const Symbol* find_symbol(std::uint32_t address) {
    std::uint32_t low = 0;
    std::uint32_t high = symbol_count;
    while (low < high) {
        const std::uint32_t middle = (low + high) / 2;
        if (symbol_table[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? nullptr : &symbol_table[low - 1];
}

void print_place(Sink& out, std::uint32_t address) {
    const Symbol* symbol = is_code(address) ? find_symbol(address) : nullptr;
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
        if (!is_code(frame[1]))
            return;
        print_place(out, frame[1]);
        if (frame[0] <= ebp)
            return;
        ebp = frame[0];
    }
}

} // namespace ant::x86
