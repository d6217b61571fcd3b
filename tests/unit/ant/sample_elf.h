// SPDX-License-Identifier: GPL-2.0-only
// A program's file as our linker makes it, to be changed in every place.
#pragma once

#include <elf.h> // the host's own definitions, to build programs independently of ours

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "ant/abi/syscall.h"

namespace ant::test {

class ElfFile {
public:
    ElfFile() {
        std::memcpy(header_.e_ident, ELFMAG, SELFMAG);
        header_.e_ident[EI_CLASS] = ELFCLASS32;
        header_.e_ident[EI_DATA] = ELFDATA2LSB;
        header_.e_ident[EI_VERSION] = EV_CURRENT;
        header_.e_type = ET_EXEC;
        header_.e_machine = EM_386;
        header_.e_version = EV_CURRENT;
        header_.e_entry = ANT_USER_BASE + 0x10;
        header_.e_phoff = sizeof(Elf32_Ehdr);
        header_.e_ehsize = sizeof(Elf32_Ehdr);
        header_.e_phentsize = sizeof(Elf32_Phdr);
        add(PT_LOAD, ANT_USER_BASE, 0x400, 0x800, 0x800, PF_R | PF_X);
        add(PT_LOAD, ANT_USER_BASE + 0x1c00, 0xc00, 0x200, 0x1000, PF_R | PF_W);
        add(PT_GNU_STACK, 0, 0, 0, 0, PF_R | PF_W);
    }
    void add(Elf32_Word type, Elf32_Addr address, Elf32_Off offset, Elf32_Word file_size,
             Elf32_Word memory_size, Elf32_Word flags) {
        Elf32_Phdr segment{};
        segment.p_type = type;
        segment.p_offset = offset;
        segment.p_vaddr = address;
        segment.p_filesz = file_size;
        segment.p_memsz = memory_size;
        segment.p_flags = flags;
        segments_.push_back(segment);
    }
    Elf32_Ehdr& header() { return header_; }
    Elf32_Phdr& text() { return segments_[0]; }
    Elf32_Phdr& data() { return segments_[1]; }

    // The file, on the heap with exactly `size` bytes.
    std::span<const std::byte> file(std::size_t size = 0x1000) {
        header_.e_phnum =
            forced_count_ != 0 ? forced_count_ : static_cast<Elf32_Half>(segments_.size());
        std::vector<std::byte> whole(0x1000, std::byte{0x90});
        std::memcpy(whole.data(), &header_, sizeof header_);
        std::memcpy(whole.data() + sizeof header_, segments_.data(),
                    segments_.size() * sizeof(Elf32_Phdr));
        bytes_ = std::make_unique<std::byte[]>(size);
        std::copy_n(whole.begin(), size, bytes_.get());
        return {bytes_.get(), size};
    }
    // The file may have more headers than fit into file().
    void set_header_count(Elf32_Half count) { forced_count_ = count; }

private:
    Elf32_Ehdr header_{};
    Elf32_Half forced_count_ = 0;
    std::vector<Elf32_Phdr> segments_;
    std::unique_ptr<std::byte[]> bytes_;
};

} // namespace ant::test
