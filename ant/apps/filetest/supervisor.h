// SPDX-License-Identifier: GPL-2.0-only
// filetest -K: processes that are killed at any time, and others that go on in their places.
//
// The journal of a run lies in an ICA area of the supervisor's, a process that starts the worker
// and lends it the area by a request, which the worker answers when it has made all operations.
// When the worker is killed instead, the area is the supervisor's again, and the next worker gets
// it.
#ifndef ANT_APPS_FILETEST_SUPERVISOR_H
#define ANT_APPS_FILETEST_SUPERVISOR_H

#include "run.h"

namespace ant {

/// Starts workers by these words, one after the other, until one ends by itself. Its exit status.
[[nodiscard]] int supervise(std::span<const char* const> worker);

/// The worker: takes the journal and makes the run. An exit status.
[[nodiscard]] int work(Exerciser& exerciser, const Settings& settings);

/// Kills the workers of these supervisors at random until all supervisors have ended.
void kill_workers(std::span<const int> supervisors, uint64_t seed);

} // namespace ant

#endif
