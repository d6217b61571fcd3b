// SPDX-License-Identifier: GPL-2.0-only
// A program's memory: made from its file in the RAM disk and its arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ant/base/address.h"
#include "ant/base/elf.h"
#include "ant/base/result.h"

namespace ant::mkernel {

// The archive with the programs, in the region.
void set_ram_disk(std::span<const std::byte> archive);

// A file of it. ENOENT; EINVAL: the archive is damaged.
Result<std::span<const std::byte>> file_in_ram_disk(std::string_view path);

// The name of the index-th program, shorter than ANT_NAME_BYTES. ESRCH: there are not so many;
// EINVAL: the archive is damaged.
Result<std::string_view> program_in_ram_disk(std::uint32_t index);

// argc strings, each ended by NUL, in a row; the first one names the program.
class Arguments {
public:
    // E2BIG: more than ANT_ARGUMENT_BYTES; EINVAL: none, or the last NUL is missing.
    static Result<Arguments> check(std::string_view text);

    std::string_view program() const { return text_.substr(0, text_.find('\0')); }
    std::string_view text() const { return text_; }
    std::uint32_t count() const { return count_; }

private:
    std::string_view text_{};
    std::uint32_t count_ = 0;
};

struct LoadedProgram {
    PhysicalAddress directory{};
    VirtualAddress entry{};
    VirtualAddress stack{};
    PageCount pages{}; // frames it took, the page directory included
};

// The file of a program: the image, or when there is none the RAM disk has it. ENOENT.
Result<std::span<const std::byte>> program_file(const Arguments& arguments,
                                                std::span<const std::byte> image);

// Loads some pages of a program, from its `done`-th on, and counts them; true: it has no more.
// ENOMEM. The file may be another one in the next step: then the program is nonsense, and its own
// problem.
Result<bool> load_some(PhysicalAddress directory, const ElfLoadPlan& plan, PageCount& done);

// What is left to do when all of it is loaded. ENOMEM.
Result<LoadedProgram> finish_program(PhysicalAddress directory, const Arguments& arguments,
                                     const ElfLoadPlan& plan);

// Gives frames of an address space back, and at last its page directory; true: those were all.
[[nodiscard]] bool unload_some(PhysicalAddress directory);

} // namespace ant::mkernel
