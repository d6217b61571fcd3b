// SPDX-License-Identifier: GPL-2.0-only
// Time by POSIX's names; time_ns() and sleep_ns() of process.h are the same in one number.
#ifndef ANT_LIB_TIME_H
#define ANT_LIB_TIME_H

#include <cstdint>

#include <time.h>

namespace ant {

using ::timespec;

/// The time since AnT's start, which no one sets: CLOCK_MONOTONIC. 0, or -1 and EINVAL: AnT has
/// no other clock (the time of day is Linux's).
int clock_gettime(int clock, timespec* time);

/// Sleeps for at least that long. 0, or -1 and EINVAL: below 0, or tv_nsec is no part of a second.
/// Nothing interrupts a sleep, so nothing is ever `left`.
int nanosleep(const timespec* duration, timespec* left = nullptr);

} // namespace ant

#endif
