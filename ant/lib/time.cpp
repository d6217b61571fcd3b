// SPDX-License-Identifier: GPL-2.0-only
// POSIX's clocks on the kernel's nanoseconds; see time.h.
#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/time.h>

namespace ant {

namespace {
constexpr uint64_t second_ns = 1'000'000'000;
} // namespace

int clock_gettime(int clock, timespec* time) {
    if (clock != CLOCK_MONOTONIC)
        return posix_result(-EINVAL);
    const uint64_t now = time_ns();
    time->tv_sec = static_cast<decltype(time->tv_sec)>(now / second_ns);
    time->tv_nsec = static_cast<long>(now % second_ns);
    return 0;
}

int nanosleep(const timespec* duration, timespec* left) {
    if (duration->tv_sec < 0 || duration->tv_nsec < 0 || duration->tv_nsec >= long{second_ns})
        return posix_result(-EINVAL);
    if (left != nullptr)
        *left = {};
    return sleep_ns(static_cast<uint64_t>(duration->tv_sec) * second_ns +
                    static_cast<uint64_t>(duration->tv_nsec));
}

} // namespace ant
