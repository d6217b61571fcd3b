// SPDX-License-Identifier: GPL-2.0-only
// ant-trace: has AnT's calls recorded, and prints the records. ./antbed trace uses it so.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <antlinux/device.h>

#include <cstdio>
#include <string_view>

#include "userland/common/ant_memory.h"
#include "userland/common/log.h"
#include "userland/trace/records.h"

namespace {

using namespace antlinux;

constexpr int status_usage = 2;

int fail(const char* what, Errno why) {
    log_error(what, why);
    return 1;
}

// Until a signal ends us, and with us the recording: the driver sees the file being closed.
int hold(const Descriptor& device) {
    if (::ioctl(device.get(), ANT_TRACE) < 0) {
        const Errno why = last_errno();
        if (number(why) == EBUSY)
            log_line("calls are recorded already: one trace at a time");
        else if (number(why) == ENXIO)
            log_line("the other OS keeps no records (AnT was not started?)");
        else
            log_error("ANT_TRACE", why);
        return 1;
    }
    static_cast<void>(std::puts("on"));
    if (std::fflush(stdout) != 0)
        return 1;
    for (;;)
        ::pause();
}

int dump(const Descriptor& device) {
    const auto trace = map_ant_memory<antlinux_trace>(device, ANTLINUX_TRACE_OFFSET);
    if (!trace.is_ok())
        return fail("AnT's memory", trace.error());
    const auto recorded = take_records(*trace.value());
    if (!recorded.is_ok())
        return fail("AnT's records", recorded.error());
    static_cast<void>(std::printf("tsc_khz=%u records=%zu lost=%u\n", trace.value()->tsc_khz,
                                  recorded.value().records.size(), recorded.value().lost));
    for (const antlinux_trace_record& record : recorded.value().records)
        static_cast<void>(std::puts(line_of(record).c_str()));
    return std::fflush(stdout) == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    log_to("ant-trace", STDERR_FILENO);
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what != "hold" && what != "dump") {
        static_cast<void>(std::fputs("usage: ant-trace hold | dump\n"
                                     "  hold  calls of AnT's traced processes are recorded until "
                                     "this ends\n"
                                     "  dump  prints the records and empties the ring\n",
                                     stderr));
        return status_usage;
    }
    const Descriptor device(::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (!device.is_open())
        return fail(ANTLINUX_DEVICE_PATH, last_errno());
    return what == "hold" ? hold(device) : dump(device);
}
