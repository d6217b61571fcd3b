// SPDX-License-Identifier: GPL-2.0-only
// bench ipc: how long a request to a server and its reply take.
#ifndef ANT_APPS_BENCH_IPC_H
#define ANT_APPS_BENCH_IPC_H

#include <cstdint>

namespace ant {

/// Measures `count` requests of each kind to a server on that core, prints a row for each.
int bench_ipc(uint64_t count, uint32_t core);

/// The server, a process of its own.
int serve_bench();

} // namespace ant

#endif
