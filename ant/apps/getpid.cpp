// SPDX-License-Identifier: GPL-2.0-only
// getpid: the number of the Linux process that executes this program's calls.
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

int main(int argc, char** argv) {
    const ant::CommandLine line(argc, argv, {"getpid"});
    if (line.is_over())
        return line.status();
    const int process = ant::linux_getpid();
    if (process < 0)
        return ant::report("getpid", "linux_call");
    ant::printf("%d\n", process);
    return 0;
}
