// SPDX-License-Identifier: GPL-2.0-only
// kernels: AnT's two images and what they share, sizes in bytes.
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"kernels"});
    if (line.is_over())
        return line.status();
    ant_kernel_info info = {};
    ant::printf("KERNEL   BASE         TEXT   DATA   ZERO SYMBOLS\n");
    uint32_t index = 0;
    for (; kernel_info(index, &info) == 0; index++)
        ant::printf("%c-kernel 0x%08x %6u %6u %6u %7u\n", static_cast<char>(info.kernel), info.base,
                    info.text, info.data, info.zero, info.symbols);
    if (last_error != ESRCH)
        return report("kernels", "kernel_info");
    ant::printf("shared by them: %u\n", info.shared);
    return 0;
}
