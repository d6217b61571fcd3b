// SPDX-License-Identifier: GPL-2.0-only
// kill PID...: ends AnT processes.
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

int main(int argc, char** argv) {
    if (argc < 2)
        return usage("kill PID...");
    int status = 0;
    for (int i = 1; i < argc; i++) {
        uint64_t process = 0;
        if (!parse_number(argv[i], process) || process == 0 || process > INT32_MAX)
            return usage("kill PID...");
        if (ant::kill(static_cast<int>(process)) != 0)
            status = report("kill", argv[i]);
    }
    return status;
}
