// SPDX-License-Identifier: GPL-2.0-only
// ant-parent: the parent process of the proxies that execute AnT's Linux system calls.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "userland/common/log.h"
#include "userland/parent/parent.h"
#include "userland/proxy/executor.h"

namespace {

using namespace antlinux;

constexpr char usage[] =
    "usage: ant-parent [--proxies N]\n"
    "Executes the Linux system calls of AnT's processes, which arrive at " ANTLINUX_DEVICE_PATH
    ",\neach in a proxy process.\n"
    "  --proxies N   at most N proxies at a time, 1..4096 (default 256); the longest idle one\n"
    "                without open files makes room, else further callers get EAGAIN\n";
constexpr long default_proxies = 256;
constexpr long max_proxies = 4096;

int fail(const char* what, Errno why, const char* advice) {
    log_error(what, why);
    log_line(advice);
    return 1;
}

// What every proxy inherits: see executor.h for the descriptors.
Result<void> prepare_inheritance(Device& device) {
    // A console that nobody reads must not stop AnT's calls.
    if (auto ready = log_without_waiting("ant-parent", STDERR_FILENO, log_descriptor);
        !ready.is_ok())
        return ready;
    if (auto moved = device.move_to(parent_device_descriptor); !moved.is_ok())
        return moved;
    const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null.is_open())
        return last_errno();
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::dup2(null.get(), fd) < 0)
            return last_errno();
    if (::chdir("/") < 0)
        return last_errno();
    ::umask(022);
    // What AnT's process is to get as an errno must not end its proxy, and with it all open files.
    if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR || ::signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return last_errno();
    // Nobody waits for the proxies: Linux removes them as they end.
    if (::signal(SIGCHLD, SIG_IGN) == SIG_ERR)
        return last_errno();
    return {};
}

// The number of proxies, or -1 when the arguments make no sense.
long parse_arguments(int argc, char** argv) {
    if (argc == 1)
        return default_proxies;
    if (argc != 3 || ::strcmp(argv[1], "--proxies") != 0)
        return -1;
    char* end = nullptr;
    const long proxies = ::strtol(argv[2], &end, 10);
    return *end == '\0' && proxies >= 1 && proxies <= max_proxies ? proxies : -1;
}

} // namespace

int main(int argc, char** argv) {
    log_to("ant-parent", STDERR_FILENO);
    if (argc == 2 && ::strcmp(argv[1], "--help") == 0) {
        static_cast<void>(::fputs(usage, stdout));
        return 0;
    }
    const long proxies = parse_arguments(argc, argv);
    if (proxies < 0) {
        static_cast<void>(::fputs(usage, stderr));
        return 2;
    }

    auto device = Device::open();
    if (!device.is_ok())
        return fail(ANTLINUX_DEVICE_PATH, device.error(), "is the module antlinux loaded?");
    if (auto prepared = prepare_inheritance(device.value()); !prepared.is_ok())
        return fail("start", prepared.error(), "needs /dev/null and free descriptors");

    Parent parent(std::move(device.value()), static_cast<antlinux_u32>(proxies));
    const Errno why = parent.run();
    return fail("ANT_GET", why,
                number(why) == EBUSY ? "another parent process is running" : "gave up");
}
