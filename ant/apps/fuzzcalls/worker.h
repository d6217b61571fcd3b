// SPDX-License-Identifier: GPL-2.0-only
// A process that makes random calls until it has made so many, or is killed.
#ifndef ANT_APPS_FUZZCALLS_WORKER_H
#define ANT_APPS_FUZZCALLS_WORKER_H

#include <cstdint>

namespace ant {

/// All files of Linux's that random calls name lie below it.
constexpr const char* fuzz_directory = "/tmp/fuzzcalls";

struct WorkerSettings {
    uint64_t seed = 0;
    uint64_t calls = 0;
    uint64_t foreign_area = 0; ///< ICA of another process, which no call may touch
};

/// A status: 0, or one that says what was wrong.
[[nodiscard]] int fuzz_worker(const WorkerSettings& settings);

} // namespace ant

#endif
