// SPDX-License-Identifier: GPL-2.0-only
// klog: the kernel's log.
#include <ant/apps/common/report.h>
#include <ant/lib/process.h>
#include <ant/lib/unistd.h>

using namespace ant;

int main() {
    char buffer[1024];
    uint32_t offset = 0;
    while (true) {
        const int count = klog_read(offset, buffer, sizeof(buffer));
        if (count < 0)
            return report("klog", "klog_read");
        if (count == 0)
            return 0;
        if (write_all(standard_output, buffer, static_cast<size_t>(count)) != 0)
            return report("klog", "standard output");
        offset += static_cast<uint32_t>(count);
    }
}
