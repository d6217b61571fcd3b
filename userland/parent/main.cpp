// SPDX-License-Identifier: GPL-2.0-only
// ant-parent: the parent process of the proxies that execute AnT's Linux system calls.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>

#include "userland/common/ant_memory.h"
#include "userland/common/log.h"
#include "userland/parent/confinement.h"
#include "userland/parent/parent.h"
#include "userland/proxy/executor.h"
#include "userland/proxy/filter.h"

extern "C" char _end[]; // the linker's: the end of the program's data

namespace {

using namespace antlinux;

constexpr char usage[] =
    "usage: ant-parent [--user NAME] [--proxies N]\n"
    "Executes the Linux system calls of AnT's processes, which arrive at " ANTLINUX_DEVICE_PATH
    ",\neach in a proxy process.\n"
    "  --user NAME   AnT's processes are this user of Linux's (default ant). root may do and\n"
    "                see all; others see no kernel memory and no processes of Linux's\n"
    "  --proxies N   at most N proxies at a time, 1..4096 (default 256); the longest idle one\n"
    "                without open files makes room, else further callers get EAGAIN\n";

struct Options {
    std::string_view user = "ant";
    long proxies = 256;
};
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
    if (auto moved = device.move_to(device_descriptor); !moved.is_ok())
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
    if (auto prepared = prepare_interrupts(); !prepared.is_ok())
        return prepared;
    // Nobody waits for the proxies: Linux removes them as they end.
    if (::signal(SIGCHLD, SIG_IGN) == SIG_ERR)
        return last_errno();
    return {};
}

// Who may use AnT's memory. Every proxy inherits the mapping, which costs less than one of its own.
// So it is that of another open file, which cannot write: the driver sees the parent's file closed
// when the parent is gone, not when its last proxy is. It lies beside the program's own data, since
// fork() then copies no further page table for it.
Result<const antlinux_areas*> map_areas() {
    const Descriptor device(::open(ANTLINUX_DEVICE_PATH, O_RDONLY | O_CLOEXEC));
    if (!device.is_open())
        return last_errno();
    const auto areas = map_ant_memory<const antlinux_areas>(device, ANTLINUX_AREAS_OFFSET,
                                                            _end + ANTLINUX_PAGE_SIZE);
    // Its first pages come in now, instead of in each proxy.
    if (areas.is_ok())
        static_cast<void>(__atomic_load_n(areas.value()->user, __ATOMIC_RELAXED));
    return areas;
}

// EINVAL: the arguments make no sense.
Result<Options> parse_arguments(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        char* end = argv[i + 1];
        if (name == "--user")
            options.user = argv[i + 1];
        else if (name == "--proxies")
            options.proxies = ::strtol(argv[i + 1], &end, 10);
        else
            return Errno{EINVAL};
        if (name == "--proxies" && *end != '\0')
            return Errno{EINVAL};
    }
    if (argc % 2 == 0 || options.proxies < 1 || options.proxies > max_proxies)
        return Errno{EINVAL};
    return options;
}

// From here on the parent is what its proxies are to be.
Result<void> confine(const User& user, unsigned proxies) {
    if (auto last = be_killed_last(); !last.is_ok())
        return last;
    if (!user.is_root())
        if (auto hidden = hide_the_machine(user); !hidden.is_ok())
            return hidden;
    if (auto become_it = become(user, proxies); !become_it.is_ok())
        return become_it;
    const auto kept = keep_to_the_table();
    if (!kept.is_ok() && number(kept.error()) != ENOSYS)
        return kept;
    return {};
}

// From the top of a page of the stack on, since whatever a proxy touches of the parent's memory is
// copied by a page fault: all that the two do is to lie in one page.
[[gnu::noinline]] Errno run(Parent& parent) {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    auto* const unused = static_cast<volatile char*>(__builtin_alloca(here % ANTLINUX_PAGE_SIZE));
    unused[0] = 0; // so that it is not left out
    return parent.run();
}

} // namespace

int main(int argc, char** argv) {
    log_to("ant-parent", STDERR_FILENO);
    if (argc == 2 && ::strcmp(argv[1], "--help") == 0) {
        static_cast<void>(::fputs(usage, stdout));
        return 0;
    }
    const auto options = parse_arguments(argc, argv);
    if (!options.is_ok()) {
        static_cast<void>(::fputs(usage, stderr));
        return 2;
    }
    const auto user = find_user(options.value().user);
    if (!user.is_ok())
        return fail("--user", user.error(), "is the user in /etc/passwd?");
    const auto proxies = static_cast<unsigned>(options.value().proxies);

    auto device = Device::open();
    if (!device.is_ok())
        return fail(ANTLINUX_DEVICE_PATH, device.error(), "is the module antlinux loaded?");
    if (auto prepared = prepare_inheritance(device.value()); !prepared.is_ok())
        return fail("start", prepared.error(), "needs /dev/null and free descriptors");
    const auto areas = map_areas();
    if (!areas.is_ok())
        return fail("AnT's table of areas", areas.error(), "needs another file of /dev/ant");
    if (auto confined = confine(user.value(), proxies); !confined.is_ok())
        return fail("privileges", confined.error(), "must be started by root");

    Parent parent(std::move(device.value()), proxies, *areas.value());
    const Errno why = run(parent);
    return fail("ANT_GET", why,
                number(why) == EBUSY ? "another parent process is running" : "gave up");
}
