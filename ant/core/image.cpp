// SPDX-License-Identifier: GPL-2.0-only
// The image's description of itself.
#include "ant/core/image.h"

#include "ant/core/core.h"
#include "ant/core/process.h"

extern "C" {
// link.ld and pkernel/link.ld.
extern const std::byte _text[];
extern const std::byte _etext[];
extern const std::byte __start_rodata[];
extern const std::byte _symbols[];
extern const std::byte _data[];
extern const std::byte __bss_start[];
extern const std::byte _end[];

// Made from the linked image by symbols.sh; empty in the first of two links.
extern const ant::Symbol symbol_table[];
extern const std::uint32_t symbol_count;
}

namespace ant {

// The p-kernel's lies at the start of its image, where the m-kernel looks for it.
[[gnu::section(".image")]] constinit const KernelImage kernel_image{
    .magic = KernelImage::magic_number,
    .text = _text,
    .text_end = _etext,
    .constants = __start_rodata,
    .constants_end = _symbols,
    .data = _data,
    .zero = __bss_start,
    .end = _end,
    .symbols = symbol_table,
    .symbol_count = &symbol_count,
    .shared_cores = &cores,
    .shared_processes = &processes,
    .core_bytes = sizeof(cores),
    .process_bytes = sizeof(processes),
};

} // namespace ant
