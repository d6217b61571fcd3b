// SPDX-License-Identifier: GPL-2.0-only
// Time by POSIX's names; time_ns() and sleep_ns() of process.h are the same in one number.
#ifndef ANT_LIB_TIME_H
#define ANT_LIB_TIME_H

#include <cstdint>

#if __STDC_HOSTED__
// Unit tests on the host: the C library has the same values.
#include <time.h>
namespace ant {
using ::timespec;
}
#else
#define CLOCK_MONOTONIC 1
namespace ant {
struct timespec {
    int64_t tv_sec;
    long tv_nsec; ///< 0..999,999,999
};
} // namespace ant
#endif

namespace ant {

/// The time since AnT's start, which no one sets: CLOCK_MONOTONIC. 0, or -1 and EINVAL: AnT has
/// no other clock (the time of day is Linux's).
int clock_gettime(int clock, timespec* time);

/// Sleeps for at least that long. 0, or -1 and EINVAL: below 0, or tv_nsec is no part of a second.
/// Nothing interrupts a sleep, so nothing is ever `left`.
int nanosleep(const timespec* duration, timespec* left = nullptr);

} // namespace ant

#endif
