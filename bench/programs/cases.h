// SPDX-License-Identifier: GPL-2.0-only
// What `measure` can measure, and with which settings.
#ifndef BENCH_PROGRAMS_CASES_H
#define BENCH_PROGRAMS_CASES_H

#include "bench/programs/records.h"

#include <array>
#include <string_view>

namespace bench {

enum class Experiment { calls, null, io, many, steps, noop };
enum class NullState { continued, not_continued, delayed };
enum class StepsCall { null, getpid, read };
enum class Mode { sequential, random };
enum class Direction { read, write };

constexpr size_t max_cores = 8;

struct Settings {
    Experiment experiment = Experiment::noop;
    const char* name = "noop"; ///< of the case, for the rows
    const char* path = nullptr;
    NullState state = NullState::continued;
    StepsCall call = StepsCall::null;
    Mode mode = Mode::sequential;
    Direction direction = Direction::read;
    uint64_t repeats = 0;
    uint64_t warm_up = 0;
    uint64_t calls = 1000;
    uint64_t length = 1024;
    uint64_t seed = 1;
    uint64_t processes = 1;
    std::array<uint32_t, max_cores> cores = {own_core};
    size_t core_count = 1;
    bool quiet = false; ///< measured by another process: print nothing
    bool only_totals = false;
};

/// Settings from the command line. False: it makes no sense; `ant_only`: it would on AnT.
[[nodiscard]] bool parse(int argc, char** argv, Settings& settings, bool& ant_only);
extern const char* const usage_text;

/// What went wrong, for the one line on standard error; nullptr: nothing did.
using Trouble = const char*;
/// The trouble of a call's result, which is minus an errno if below 0.
[[nodiscard]] Trouble trouble_of(int64_t result);

/// Rows that an experiment makes.
[[nodiscard]] size_t record_count(const Settings& settings);

// One function for each experiment.
[[nodiscard]] Trouble measure_calls(const Settings& settings, Records& records);
[[nodiscard]] Trouble measure_null(const Settings& settings, Records& records);
[[nodiscard]] Trouble measure_io(const Settings& settings, Records& records);
[[nodiscard]] Trouble measure_many(const Settings& settings, Records& records);
/// Only on AnT: there is no way to follow on Linux.
[[nodiscard]] Trouble measure_steps(const Settings& settings, Records& records);
[[nodiscard]] Trouble measure_noop(const Settings& settings, Records& records);

/// The names of the sequences that `measure calls` knows; nullptr: not one of them.
[[nodiscard]] const char* known_sequence(std::string_view name);
[[nodiscard]] size_t sequence_length(std::string_view name);

/// Steps of one call's way, from stop to stop.
constexpr size_t step_count = 9;

} // namespace bench

#endif
