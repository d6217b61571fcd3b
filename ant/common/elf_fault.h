// SPDX-License-Identifier: GPL-2.0-only
// Why a file is no AnT program: what the kernel checks (kernel/elf.cpp), told to people. A header
// of its own without the kernel's types, for libant, which compiles kernel/elf.cpp too: a system
// call only has an errno for an answer.
#pragma once

#include <cstddef>
#include <span>

namespace ant {

// Why plan_elf() refuses the file; nullptr when it does not.
const char* elf_fault(std::span<const std::byte> file);

} // namespace ant
