// SPDX-License-Identifier: GPL-2.0-only
// Checks a program (ELF32, i386, linked at a fixed address) and says how to load it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ant/abi/syscall.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

struct ElfSegment {
    VirtualRange memory{};             // as the program sees it; may start inside a page
    std::span<const std::byte> file{}; // its first bytes; the rest of `memory` is zero
    bool writable = false;
    bool executable = false;

    // The pages that it needs: no two segments share one.
    VirtualRange pages() const {
        const VirtualAddress start = memory.base.page_start();
        return VirtualRange::of_pages(start, PageCount::for_bytes(memory.end() - start.value()));
    }
};

class ElfLoadPlan {
public:
    static constexpr std::size_t max_segments = 8;

    std::span<const ElfSegment> segments() const { return {segments_.data(), count_}; }
    VirtualAddress entry() const { return entry_; }

private:
    friend Result<ElfLoadPlan> plan_elf(std::span<const std::byte> file, VirtualRange space);
    friend const char* elf_fault(std::span<const std::byte> file);

    // Both say what is wrong, nullptr when nothing is.
    const char* fill(std::span<const std::byte> file, VirtualRange space);
    const char* add_segment(const ElfSegment& segment);

    std::array<ElfSegment, max_segments> segments_{};
    std::size_t count_ = 0;
    VirtualAddress entry_{};
};

// Where the segments of a program may lie.
inline constexpr VirtualRange program_space{VirtualAddress{ANT_USER_BASE},
                                            ANT_USER_HEAP - ANT_USER_BASE};

// The kernel's one gate for programs. ENOEXEC: not an ELF32 i386 executable, cut short, a segment
// outside `space` or on another one's page, an entry outside the executable segments.
Result<ElfLoadPlan> plan_elf(std::span<const std::byte> file, VirtualRange space = program_space);

// Why plan_elf() refuses the file, in words; nullptr when it does not. For libant: a system call
// only has an errno for an answer.
const char* elf_fault(std::span<const std::byte> file);

} // namespace ant
