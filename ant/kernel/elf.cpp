// SPDX-License-Identifier: GPL-2.0-only
// Checks of an ELF file (System V ABI, "Object Files"; Intel386 supplement).
#include "kernel/elf.h"

#include <cstring>
#include <type_traits>

#include "abi/syscall.h"

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

constexpr std::uint8_t wanted_identification[] = {
    0x7f, 'E', 'L', 'F', // magic number
    1,                   // ELFCLASS32
    1,                   // ELFDATA2LSB
    1,                   // EV_CURRENT
};
constexpr std::uint16_t type_executable = 2; // ET_EXEC: linked at a fixed address
constexpr std::uint16_t machine_i386 = 3;    // EM_386
constexpr std::uint32_t segment_load = 1;    // PT_LOAD
constexpr std::uint32_t segment_dynamic = 2; // PT_DYNAMIC: needs a dynamic linker, we have none
constexpr std::uint32_t segment_interpreter = 3;
constexpr std::uint32_t flag_execute = 1;
constexpr std::uint32_t flag_write = 2;

constexpr VirtualRange program_space{VirtualAddress{ANT_USER_BASE}, ANT_USER_HEAP - ANT_USER_BASE};

// memcpy, since nothing in a file need be aligned.
template<typename T> Result<T> copy_out(std::span<const std::byte> file, std::uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > file.size() || sizeof(T) > file.size() - offset)
        return Errno::enoexec;
    T object{};
    std::memcpy(&object, file.data() + offset, sizeof(T));
    return object;
}

Result<ElfSegment> check_segment(std::span<const std::byte> file, const ProgramHeader& header) {
    if (header.file_size > header.memory_size)
        return Errno::enoexec;
    if (header.offset > file.size() || header.file_size > file.size() - header.offset)
        return Errno::enoexec;
    const VirtualRange memory{VirtualAddress{header.virtual_address}, header.memory_size};
    if (!program_space.contains(memory))
        return Errno::enoexec;
    return ElfSegment{memory, file.subspan(header.offset, header.file_size),
                      (header.flags & flag_write) != 0, (header.flags & flag_execute) != 0};
}

} // namespace

Result<ElfLoadPlan> plan_elf(std::span<const std::byte> file) {
    const auto header = TRY(copy_out<FileHeader>(file, 0));
    if (std::memcmp(header.identification, wanted_identification, sizeof wanted_identification) !=
            0 ||
        header.type != type_executable || header.machine != machine_i386 ||
        header.program_header_size != sizeof(ProgramHeader))
        return Errno::enoexec;

    ElfLoadPlan plan;
    bool entry_found = false;
    for (std::uint32_t i = 0; i < header.program_header_count; ++i) {
        const auto program_header =
            TRY(copy_out<ProgramHeader>(file, std::uint64_t{header.program_headers} +
                                                  std::uint64_t{i} * sizeof(ProgramHeader)));
        if (program_header.type == segment_dynamic || program_header.type == segment_interpreter)
            return Errno::enoexec;
        if (program_header.type != segment_load || program_header.memory_size == 0)
            continue;
        const ElfSegment segment = TRY(check_segment(file, program_header));
        for (const ElfSegment& other : plan.segments())
            if (other.pages().overlaps(segment.pages()))
                return Errno::enoexec;
        if (plan.count_ == ElfLoadPlan::max_segments)
            return Errno::enoexec;
        plan.segments_[plan.count_++] = segment;
        if (segment.executable && segment.memory.contains(VirtualAddress{header.entry}))
            entry_found = true;
    }
    if (!entry_found)
        return Errno::enoexec;
    plan.entry_ = VirtualAddress{header.entry};
    return plan;
}

} // namespace ant
