// SPDX-License-Identifier: GPL-2.0-only
// ant-klog [-l LEVEL] [-n N]: AnT's kernel log, read on Linux's side. It needs nothing of AnT but
// its memory, so it shows what AnT said before it panicked, too.
#include <fcntl.h>
#include <getopt.h>

#include <ant/base/log_lines.h>
#include <antlinux/table.h>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "userland/common/ant_memory.h"
#include "userland/common/device.h"
#include "userland/common/log.h"
#include "userland/klog/log_copy.h"

namespace {

using namespace antlinux;

constexpr int status_usage = 2;

struct LogMemory {
    antlinux_log header;
    char text[ANTLINUX_LOG_TEXT_BYTES];
};

int usage() {
    static_cast<void>(
        std::fputs("usage: ant-klog [-l error|warning|info|debug] [-n LINES]\n", stderr));
    return status_usage;
}

bool parse_count(const char* text, std::size_t& count) {
    char* end = nullptr;
    errno = 0;
    count = std::strtoul(text, &end, 10);
    return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

bool parse(int argc, char** argv, ant::LogSelection& selection) {
    for (int option = 0; (option = ::getopt(argc, argv, "l:n:")) != -1;) {
        if (option == 'l') {
            const auto level = ant::log_level(::optarg);
            if (!level)
                return false;
            selection.least = *level;
        } else if (option != 'n' || !parse_count(::optarg, selection.count)) {
            return false;
        }
    }
    return ::optind == argc;
}

Result<std::string> read_log() {
    const Descriptor device(::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (!device.is_open())
        return last_errno();
    const auto log = map_ant_memory<const LogMemory>(device, ANTLINUX_LOG_OFFSET);
    if (!log.is_ok())
        return log.error();
    return copy_log(log.value()->header, log.value()->text);
}

} // namespace

int main(int argc, char** argv) {
    log_to("ant-klog", STDERR_FILENO);
    ant::LogSelection selection;
    if (!parse(argc, argv, selection))
        return usage();
    const auto log = read_log();
    if (!log.is_ok()) {
        if (log.error() == Errno{ENODATA})
            log_line("AnT has no log yet: it was not started");
        else
            log_error("AnT's log", log.error());
        return 1;
    }
    ant::for_each_line(log.value(), selection, [](std::string_view line) {
        static_cast<void>(std::fwrite(line.data(), 1, line.size(), stdout));
    });
    return std::fflush(stdout) == 0 ? 0 : 1;
}
