// SPDX-License-Identifier: GPL-2.0-only
// The paper's Table 6: the null call, which goes all the way and does nothing there; and, as the
// null control, no call at all.
#include "bench/programs/cases.h"

namespace bench {

namespace {

constexpr uint64_t delay_ns = 1'000'000; // the paper's millisecond

Trouble one_null(const Settings& settings, Files& files, Records* records, uint32_t repeat) {
    if (settings.state == NullState::delayed)
        pause_ns(delay_ns);
    Stopwatch watch(records, repeat);
    watch.start();
    const int64_t result = files.null();
    watch.lap("null");
    return trouble_of(result);
}

} // namespace

Trouble measure_null(const Settings& settings, Records& records) {
    Files files;
    if (settings.state == NullState::not_continued)
        files.set_continue(Continue::off);
    else if (const int64_t result = files.null(); result < 0) // creates the proxy
        return trouble_of(result);
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = one_null(settings, files, nullptr, 0))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = one_null(settings, files, &records, repeat))
            return trouble;
    return nullptr;
}

Trouble measure_noop(const Settings& settings, Records& records) {
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++) {
        Stopwatch watch(&records, repeat);
        watch.start();
        watch.lap("noop");
    }
    return nullptr;
}

} // namespace bench
