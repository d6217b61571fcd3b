// SPDX-License-Identifier: GPL-2.0-only
// The paper's Figs. 9 and 10: the program of io.cpp in several processes at once, each with a
// file of its own. Timed from before the first is created to after the last has ended.
#include "bench/programs/cases.h"

#include <ant/lib/format.h>

namespace bench {

namespace {

/// The command line of one measured process: `measure io -q ... PREFIX.NUMBER`.
class ChildWords {
public:
    ChildWords(const Settings& settings, uint64_t number) {
        ant::snprintf(length_, sizeof(length_), "%" PRIu64, settings.length);
        ant::snprintf(calls_, sizeof(calls_), "%" PRIu64, settings.calls);
        ant::snprintf(seed_, sizeof(seed_), "%" PRIu64, settings.seed + number);
        const int size = ant::snprintf(path_, sizeof(path_), "%s.%" PRIu64, settings.path, number);
        fits_ = size < static_cast<int>(sizeof(path_));
        words_ = {"measure",
                  "io",
                  "-q",
                  "-m",
                  mode_name(settings),
                  "-d",
                  direction(settings),
                  "-l",
                  length_,
                  "-c",
                  calls_,
                  "-S",
                  seed_,
                  path_};
    }

    [[nodiscard]] bool fit() const { return fits_; }
    [[nodiscard]] std::span<const char* const> all() const { return words_; }

private:
    static const char* mode_name(const Settings& settings) {
        return settings.mode == Mode::random ? "random" : "sequential";
    }
    static const char* direction(const Settings& settings) {
        return settings.direction == Direction::read ? "read" : "write";
    }

    char length_[24] = {};
    char calls_[24] = {};
    char seed_[24] = {};
    char path_[256] = {};
    bool fits_ = false;
    std::array<const char*, 14> words_{};
};

constexpr size_t max_processes = 64;

Trouble run_all(const Settings& settings, Records* records, uint32_t repeat) {
    std::array<int64_t, max_processes> processes{};
    Trouble trouble = nullptr;
    size_t started = 0;
    Stopwatch watch(records, repeat);
    watch.start();
    for (; started < settings.processes && trouble == nullptr; started++) {
        const ChildWords words(settings, started + 1);
        processes[started] = spawn(words.all(), settings.cores[started % settings.core_count]);
        if (processes[started] < 0) {
            trouble = trouble_of(processes[started]);
            break;
        }
    }
    for (size_t i = 0; i < started; i++)
        if (const int64_t status = wait_for(processes[i]); status != 0 && trouble == nullptr)
            trouble = status < 0 ? trouble_of(status) : "a measured process failed";
    watch.total();
    return trouble;
}

} // namespace

Trouble measure_many(const Settings& settings, Records& records) {
    if (settings.processes > max_processes)
        return "too many processes";
    if (!ChildWords(settings, settings.processes).fit())
        return "the file's name is too long";
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = run_all(settings, nullptr, 0))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = run_all(settings, &records, repeat))
            return trouble;
    return nullptr;
}

} // namespace bench
