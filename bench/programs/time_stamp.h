// SPDX-License-Identifier: GPL-2.0-only
// The clock of all measurements.
#ifndef BENCH_PROGRAMS_TIME_STAMP_H
#define BENCH_PROGRAMS_TIME_STAMP_H

#include <cstdint>

namespace bench {

/// Reads the time stamp counter (SDM vol. 2, RDTSC). Both OSes see the same one, and reading
/// it takes one instruction: no system call stands between the clock and what it measures.
inline uint64_t time_stamp() { return __builtin_ia32_rdtsc(); }

} // namespace bench

#endif
