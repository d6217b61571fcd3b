// SPDX-License-Identifier: GPL-2.0-only
// devices: the PCI devices that AnT owns, one a line, with the process that drives it.
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>

using namespace ant;

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"devices"});
    if (line.is_over())
        return line.status();
    ant_device_info info = {};
    for (uint32_t index = 0; device_info(index, &info) == 0; index++) {
        ant::printf("%02x:%02x.%u %04x:%04x class=%06x", info.bus, info.device, info.function,
                    info.vendor_id, info.device_id, info.class_code);
        for (unsigned bar = 0; bar < 6; bar++)
            if (info.bar[bar] != 0)
                ant::printf(" bar%u=0x%" PRIx64 "+0x%" PRIx64, bar, info.bar[bar],
                            info.bar_size[bar]);
        if (info.driver != 0)
            ant::printf(" driver=%u interrupts=%u", info.driver, info.interrupts);
        ant::printf("\n");
    }
    return last_error == ESRCH ? 0 : report("devices", "device_info");
}
