// SPDX-License-Identifier: GPL-2.0-only
// The file of the smallest AnT program: one segment of code.
#ifndef TESTS_UNIT_LIBANT_SAMPLE_PROGRAM_H
#define TESTS_UNIT_LIBANT_SAMPLE_PROGRAM_H

#include <ant/abi/syscall.h>
#include <cstring>
#include <elf.h>
#include <string>

inline std::string sample_program(size_t code_bytes = 16) {
    Elf32_Ehdr header = {};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_386;
    header.e_version = EV_CURRENT;
    header.e_entry = ANT_USER_BASE;
    header.e_phoff = sizeof(header);
    header.e_ehsize = sizeof(header);
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 1;
    Elf32_Phdr segment = {};
    segment.p_type = PT_LOAD;
    segment.p_offset = sizeof(header) + sizeof(segment);
    segment.p_vaddr = ANT_USER_BASE;
    segment.p_filesz = segment.p_memsz = static_cast<Elf32_Word>(code_bytes);
    segment.p_flags = PF_R | PF_X;
    std::string file(sizeof(header) + sizeof(segment) + code_bytes, '\x90');
    memcpy(file.data(), &header, sizeof(header));
    memcpy(file.data() + sizeof(header), &segment, sizeof(segment));
    return file;
}

#endif
