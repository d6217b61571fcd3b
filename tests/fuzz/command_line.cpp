// SPDX-License-Identifier: GPL-2.0-only
// AnT's command line from any bytes.
#include "ant/mkernel/command_line.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    const ant::CommandLine line{fuzz::Input{data, size}.rest()};
    const auto cores = line.cores("cores", ant::CoreNumber{7});
    if (cores.is_ok())
        for (const ant::CoreNumber core : cores.value().cores())
            ASSERT(core.value() <= 7u);
    const auto depth = line.number_between("depth", 1, 64);
    if (depth.is_ok())
        ASSERT(depth.value() <= 64u);
    (void)line.number("ica").is_ok();
    (void)line.pci_ids("pci").is_ok();
    constexpr std::string_view names[] = {"cores", "depth", "ica", "pci"};
    (void)line.unknown_word(names);
    return 0;
}
