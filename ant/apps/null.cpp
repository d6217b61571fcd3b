// SPDX-License-Identifier: GPL-2.0-only
// null: one null call to Linux; prints its result and how long it took. It is the
// process's first call, so it includes the creation of the proxy.
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

int main(int argc, char** argv) {
    const ant::CommandLine line(argc, argv, {"null"});
    if (line.is_over())
        return line.status();
    const uint64_t start = ant::time_ns();
    const int retval = ant::linux_null();
    const uint64_t end = ant::time_ns();
    if (retval < 0)
        return ant::report("null", "linux_call");
    ant::printf("retval %d, %" PRIu64 " ns\n", retval, end - start);
    return 0;
}
