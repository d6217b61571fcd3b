// SPDX-License-Identifier: GPL-2.0-only
// Where the time of one call goes: the stops of its way leave time stamps in the LCA
// (<antlinux/observe/stops.h>), on both OSes. A repeat is two calls with a new LCA: the first one
// (index 0) creates the proxy, the second one (index 1) continues it.
#include "bench/programs/cases.h"

#include <algorithm>
#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/linux_files.h>
#include <antlinux/observe/stops.h>

namespace bench {

namespace {

constexpr const char* switch_path = "/sys/module/antlinux/parameters/stamps";
constexpr uint64_t settling_ns = 5'000'000; // as in calls.cpp

struct Stop {
    antlinux_stop number;
    const char* word;
};
#define BENCH_STOP(name, word, sentence) Stop{ANTLINUX_STOP_##name, word},
constexpr std::array stops = {ANTLINUX_STOPS(BENCH_STOP)};

/// A step is the way from one stop to the next: to these. (Mint's interrupt belongs to the
/// module's, as in the paper.)
constexpr bool is_measured(antlinux_stop stop) {
    return stop != ANTLINUX_STOP_CALL && stop != ANTLINUX_STOP_VECTOR;
}
static_assert(step_count == std::ranges::count_if(stops, is_measured, &Stop::number));

/// Switches the Linux module's stamps on, and off again.
class Switch {
public:
    Switch() : result_(set("1")) {}
    ~Switch() { static_cast<void>(set("0")); }
    Switch(const Switch&) = delete;
    Switch& operator=(const Switch&) = delete;

    [[nodiscard]] int64_t result() const { return result_; }

private:
    static int64_t set(const char* value) {
        Files files;
        const int64_t file = files.open(switch_path, O_WRONLY, 0);
        if (file < 0)
            return file;
        const int64_t written = files.write(static_cast<int>(file), value, 1);
        static_cast<void>(files.close(static_cast<int>(file)));
        return written;
    }

    int64_t result_;
};

class Steps {
public:
    Steps(const Settings& settings, const Buffer& buffer) : settings_(settings), buffer_(buffer) {}

    Trouble once(Records* records, uint32_t repeat) {
        Files files;
        if (const int64_t error = prepare(files); error < 0)
            return trouble_of(error);
        pause_ns(settling_ns);
        for (uint32_t index = 0; index < 2; index++) {
            int64_t result = 0;
            // A read has an open file, so its proxy is there: both calls are continued ones.
            if (settings_.call == StepsCall::read && index == 0) {
                result = files.open(settings_.path, O_RDONLY, 0);
                descriptor_ = static_cast<int>(result);
            }
            if (result >= 0)
                result = traced(files, records, repeat, index);
            if (result < 0)
                return trouble_of(result);
        }
        return nullptr;
    }

private:
    int64_t call(Files& files) {
        switch (settings_.call) {
        case StepsCall::null:
            return files.null();
        case StepsCall::getpid:
            return files.getpid();
        case StepsCall::read:
            return files.read(descriptor_, buffer_.data(), buffer_.size());
        }
        return 0;
    }

    int64_t traced(Files& files, Records* records, uint32_t repeat, uint32_t index) {
        antlinux_lca& lca = *files.lca().block();
        antlinux_stamps& stamps = *antlinux_stamps_of(&lca);
        stamps = {};
        for (const Stop& stop : stops)
            if (is_measured(stop.number))
                stamps.wanted |= ANTLINUX_WANTED(stop.number);
        const uint64_t begin = time_stamp();
        const int64_t result = call(files);
        const uint64_t end = time_stamp();
        if (result < 0 || records == nullptr)
            return result;
        auto from = static_cast<uint32_t>(begin);
        for (const Stop& stop : stops) {
            if (!is_measured(stop.number))
                continue;
            const uint32_t to = stop.number == ANTLINUX_STOP_RETURN ? static_cast<uint32_t>(end)
                                                                    : stamps.stamp[stop.number];
            if (to == 0 && stop.number != ANTLINUX_STOP_RETURN)
                return -ENODATA;                                 // a stop that left none
            records->add({stop.word, repeat, index, to - from}); // modulo 2^32
            from = to;
        }
        records->add({"total", repeat, index, end - begin});
        return result;
    }

    const Settings& settings_;
    const Buffer& buffer_;
    int descriptor_ = -1;
};

} // namespace

Trouble measure_steps(const Settings& settings, Records& records) {
    const Buffer buffer(static_cast<size_t>(settings.length));
    if (!buffer.valid())
        return "not enough memory";
    const Switch stamps;
    if (stamps.result() < 0)
        return trouble_of(stamps.result());
    Steps steps(settings, buffer);
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = steps.once(nullptr, 0))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = steps.once(&records, repeat))
            return trouble;
    return nullptr;
}

} // namespace bench
