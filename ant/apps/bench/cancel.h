// SPDX-License-Identifier: GPL-2.0-only
// bench cancel: how long it takes until a killed caller of Linux has left nothing behind.
#ifndef ANT_APPS_BENCH_CANCEL_H
#define ANT_APPS_BENCH_CANCEL_H

#include <cstdint>

namespace ant {

/// Kills `count` readers, one after the other, each in the middle of its open() of `fifo`, to which
/// nobody writes. Measures from the kill until AnT has the process's slot and ICA areas back, and
/// with them Linux its proxy. Prints a row, and the 99th percentile.
int bench_cancel(uint64_t count, const char* fifo);

} // namespace ant

#endif
