// SPDX-License-Identifier: GPL-2.0-only
// mem: AnT's memory as "name: value" lines; addresses are physical, sizes in bytes.
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"mem"});
    if (line.is_over())
        return line.status();
    ant_memory_info info = {};
    if (memory_info(&info) != 0)
        return report("mem", "memory_info");
    ant::printf("region_base: 0x%" PRIx64 "\nregion_size: %" PRIu64 "\n", info.region_base,
                info.region_size);
    ant::printf("frames_total: %" PRIu64 "\nframes_free: %" PRIu64 "\n", info.frames_total,
                info.frames_free);
    ant::printf("ica_base: 0x%" PRIx64 "\nica_size: %" PRIu64 "\nica_free: %" PRIu64 "\n",
                info.ica_base, info.ica_size, info.ica_free);
    return 0;
}
