// SPDX-License-Identifier: GPL-2.0-only
// Checks of an ELF file (System V ABI, "Object Files"; Intel386 supplement).
#include "ant/base/elf.h"

#include <cstring>
#include <type_traits>

#include "ant/abi/syscall.h"

namespace ant {
namespace {

struct FileHeader {
    std::uint8_t identification[16];
    std::uint16_t type;
    std::uint16_t machine;
    std::uint32_t version;
    std::uint32_t entry;
    std::uint32_t program_headers; // offset in the file
    std::uint32_t section_headers;
    std::uint32_t flags;
    std::uint16_t header_size;
    std::uint16_t program_header_size;
    std::uint16_t program_header_count;
    std::uint16_t section_header_size;
    std::uint16_t section_header_count;
    std::uint16_t section_names;
};
static_assert(sizeof(FileHeader) == 52);

struct ProgramHeader {
    std::uint32_t type;
    std::uint32_t offset;
    std::uint32_t virtual_address;
    std::uint32_t physical_address;
    std::uint32_t file_size;
    std::uint32_t memory_size;
    std::uint32_t flags;
    std::uint32_t alignment;
};
static_assert(sizeof(ProgramHeader) == 32);

constexpr std::uint8_t elf_magic[] = {0x7f, 'E', 'L', 'F'};
constexpr std::uint8_t class_32 = 1;           // identification[4]: ELFCLASS32
constexpr std::uint8_t data_little_endian = 1; // identification[5]: ELFDATA2LSB
constexpr std::uint8_t current_version = 1;    // identification[6] and version: EV_CURRENT
constexpr std::uint16_t type_executable = 2;   // ET_EXEC: linked at a fixed address
constexpr std::uint16_t machine_i386 = 3;      // EM_386
constexpr std::uint32_t segment_load = 1;      // PT_LOAD
constexpr std::uint32_t segment_dynamic = 2;   // PT_DYNAMIC: needs a dynamic linker, we have none
constexpr std::uint32_t segment_interpreter = 3;
constexpr std::uint32_t flag_execute = 1;
constexpr std::uint32_t flag_write = 2;

// More program headers than any linker makes: each costs the m-kernel time.
constexpr std::uint16_t max_program_headers = 64;

// What is wrong with a file; nullptr: nothing.
using Fault = const char*;

// False: the file ends before. memcpy, since nothing in a file need be aligned.
template<typename T>
bool copy_out(std::span<const std::byte> file, std::uint64_t offset, T& object) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > file.size() || sizeof(T) > file.size() - offset)
        return false;
    std::memcpy(&object, file.data() + offset, sizeof(T));
    return true;
}

Fault check_header(std::span<const std::byte> file, FileHeader& header) {
    const std::span magic{elf_magic};
    if (file.size() < magic.size() || std::memcmp(file.data(), magic.data(), magic.size()) != 0)
        return "not an ELF file";
    if (!copy_out(file, 0, header))
        return "cut short inside its ELF header";
    if (header.identification[4] != class_32)
        return "not a 32-bit program";
    if (header.identification[5] != data_little_endian)
        return "not little endian";
    if (header.machine != machine_i386)
        return "not for an i386 processor";
    if (header.identification[6] != current_version || header.version != current_version)
        return "unknown version of ELF";
    if (header.type != type_executable)
        return "not linked at a fixed address (a library, an object file or position independent)";
    if (header.program_header_size != sizeof(ProgramHeader))
        return "program headers of an unknown size";
    if (header.program_header_count > max_program_headers)
        return "too many program headers";
    return nullptr;
}

Fault check_segment(std::span<const std::byte> file, const ProgramHeader& header,
                    VirtualRange space) {
    if (header.file_size > header.memory_size)
        return "a segment has more bytes in the file than in memory";
    if (header.offset > file.size() || header.file_size > file.size() - header.offset)
        return "cut short: a segment lies behind the end of the file";
    const VirtualRange memory{VirtualAddress{header.virtual_address}, header.memory_size};
    if (!space.contains(memory))
        return "asks for memory outside a program's addresses";
    return nullptr;
}

} // namespace

const char* ElfLoadPlan::add_segment(const ElfSegment& segment) {
    for (const ElfSegment& other : segments())
        if (other.pages().overlaps(segment.pages()))
            return "two segments share memory";
    if (count_ == max_segments)
        return "too many segments";
    segments_[count_++] = segment;
    return nullptr;
}

const char* ElfLoadPlan::fill(std::span<const std::byte> file, VirtualRange space) {
    FileHeader header{};
    if (const Fault fault = check_header(file, header); fault != nullptr)
        return fault;
    bool entry_found = false;
    for (std::uint32_t i = 0; i < header.program_header_count; ++i) {
        ProgramHeader segment{};
        if (!copy_out(file,
                      std::uint64_t{header.program_headers} +
                          std::uint64_t{i} * sizeof(ProgramHeader),
                      segment))
            return "cut short inside its program headers";
        if (segment.type == segment_dynamic || segment.type == segment_interpreter)
            return "linked dynamically";
        if (segment.type != segment_load || segment.memory_size == 0)
            continue;
        if (const Fault fault = check_segment(file, segment, space); fault != nullptr)
            return fault;
        const ElfSegment added{
            .memory = {VirtualAddress{segment.virtual_address}, segment.memory_size},
            .file = file.subspan(segment.offset, segment.file_size),
            .writable = (segment.flags & flag_write) != 0,
            .executable = (segment.flags & flag_execute) != 0};
        if (const Fault fault = add_segment(added); fault != nullptr)
            return fault;
        if (added.executable && added.memory.contains(VirtualAddress{header.entry}))
            entry_found = true;
    }
    if (count_ == 0)
        return "nothing in it to load";
    if (!entry_found)
        return "its start address is not in its code";
    entry_ = VirtualAddress{header.entry};
    return nullptr;
}

Result<ElfLoadPlan> plan_elf(std::span<const std::byte> file, VirtualRange space) {
    ElfLoadPlan plan;
    if (plan.fill(file, space) != nullptr)
        return Errno::enoexec;
    return plan;
}

const char* elf_fault(std::span<const std::byte> file) {
    return ElfLoadPlan{}.fill(file, program_space);
}

} // namespace ant
