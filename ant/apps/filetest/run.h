// SPDX-License-Identifier: GPL-2.0-only
// Rounds of random operations by one process. A mismatch is shrunk and printed.
#ifndef ANT_APPS_FILETEST_RUN_H
#define ANT_APPS_FILETEST_RUN_H

#include "exerciser.h"

namespace ant {

struct Settings {
    const char* directory = "/tmp/filetest";
    uint64_t seed = 0;
    uint64_t operations = 10'000;
    uint64_t seconds = UINT32_MAX;
    uint64_t processes = 1;
    Exerciser::Options options;
    /// Processes are killed, too, and others go on in their places.
    bool killed = false;
    bool checksums = false;
    const char* file = nullptr;
};

/// What a run has done so far. It lies where it outlives the process that makes the run, and is
/// right whenever that may be killed.
struct Journal {
    static constexpr size_t round_operations = 1000; ///< then the directory is emptied

    Operation operations[round_operations] = {}; ///< of the present round
    uint32_t begun = 0;                          ///< of these; the last one perhaps not done
    uint32_t done = 0;                           ///< acknowledged by Linux
    uint32_t is_round = 0;                       ///< 0: the directory is being emptied
    uint64_t rounds = 0;
    uint64_t earlier = 0; ///< operations of the rounds before
    uint32_t proxies_lost = 0;
    uint32_t processes_lost = 0;
};

class Run {
public:
    Run(Exerciser& exerciser, const Settings& settings, Journal& journal)
        : exerciser_(exerciser), settings_(settings), journal_(journal) {}

    /// Goes on where the journal says. An exit status.
    [[nodiscard]] int run();

private:
    [[nodiscard]] uint64_t made() const { return journal_.earlier + journal_.begun; }
    [[nodiscard]] bool check_what_is_there();
    [[nodiscard]] bool round(uint64_t seed, uint64_t count, uint64_t end);
    void report_mismatch(uint64_t seed, std::span<Operation> operations);
    void print_complaint() const;
    void print_checksums(size_t directory, uint8_t number) const;

    Exerciser& exerciser_;
    const Settings& settings_;
    Journal& journal_;
};

} // namespace ant

#endif
