// SPDX-License-Identifier: GPL-2.0-only
// bench: how long calls to Linux take. One row per measurement: minimum, median and
// maximum in nanoseconds and in ticks of the time stamp counter.
//   first          the first call on an LCA: it creates the proxy
//   continued      the later ones, with the continue function
//   not-continued  each call creates a proxy, which ends after it
// bench cancel: how long it takes to take a killed process's call back from Linux (cancel.h).
// bench ipc: how long requests to a server take, by kind and length of the data.
#include "cancel.h"
#include "ipc.h"
#include "samples.h"

#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/linux_files.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

constexpr const char* usage_text =
    "bench [-n N] [-d US] [-l BYTES] null | getpid | stat FILE | open-close FILE | read FILE\n"
    "bench [-n N] cancel FIFO\n"
    "bench [-n N] [-c CORE] ipc\n"
    "  -n N      measurements (default 1000)\n"
    "  -d US     microseconds to sleep before each (default 0)\n"
    "  -l BYTES  length of a read (default 1024), always from the start of the file\n"
    "  -c CORE   the server's core (default: this one)";

struct Settings {
    const char* what = "";
    const char* path = nullptr;
    uint64_t count = 1000;
    uint64_t delay_us = 0;
    uint64_t length = 1024;
    uint64_t core = ANT_CORE_HERE;
};

enum class Case { null, getpid, stat, open_close, read };

/// Does what is measured, once, and takes the time of it.
class Measurement {
public:
    Measurement(Case what, const Settings& settings, const IcaBuffer& buffer)
        : what_(what), settings_(settings), buffer_(buffer) {}

    /// What has to be done once per LCA and is not measured.
    [[nodiscard]] int64_t prepare(LinuxFiles& files) {
        if (what_ != Case::read)
            return 0;
        const int64_t result = files.open(settings_.path, O_RDONLY, 0);
        descriptor_ = static_cast<int>(result);
        return result;
    }

    /// Linux's result; the duration in `ticks`.
    [[nodiscard]] int64_t run(LinuxFiles& files, uint64_t& ticks) {
        if (settings_.delay_us > 0)
            static_cast<void>(sleep_ns(settings_.delay_us * 1000));
        if (what_ == Case::read)
            if (const int64_t result = files.lseek(descriptor_, 0, SEEK_SET); result < 0)
                return result;
        const uint64_t start = time_stamp();
        const int64_t result = act(files);
        ticks = time_stamp() - start;
        return result;
    }

private:
    int64_t act(LinuxFiles& files) {
        switch (what_) {
        case Case::null:
            return files.null();
        case Case::getpid:
            return files.getpid();
        case Case::stat: {
            antlinux_stat ignored = {};
            return files.stat(settings_.path, ignored);
        }
        case Case::open_close: {
            const int64_t descriptor = files.open(settings_.path, O_RDONLY, 0);
            return descriptor < 0 ? descriptor : files.close(static_cast<int>(descriptor));
        }
        case Case::read:
            return files.read(descriptor_, buffer_.data(), buffer_.size());
        }
        return -EINVAL;
    }

    Case what_;
    const Settings& settings_;
    const IcaBuffer& buffer_;
    int descriptor_ = -1;
};

int fail(const char* what, int64_t result) {
    last_error = static_cast<int>(-result);
    return report("bench", what);
}

/// Measures `count` times on one LCA. 0 or minus an errno.
int64_t measure(Measurement& measurement, LinuxFiles& files, uint64_t count, Samples& samples) {
    samples.clear();
    for (uint64_t i = 0; i < count; i++) {
        uint64_t ticks = 0;
        if (const int64_t result = measurement.run(files, ticks); result < 0)
            return result;
        samples.add(ticks);
    }
    return 0;
}

int run(Case what, const Settings& settings) {
    Samples samples(static_cast<size_t>(settings.count));
    const IcaBuffer buffer(static_cast<size_t>(settings.length));
    if (!samples.valid() || !buffer.valid())
        return report("bench", "memory");
    print_heading();
    Measurement measurement(what, settings, buffer);
    LinuxFiles kept;
    if (const int64_t result = measurement.prepare(kept); result < 0)
        return fail(settings.path, result);
    const char* subject = settings.path != nullptr ? settings.path : settings.what;
    if (what != Case::read) { // whose first call was the open
        TickScale scale;
        if (const int64_t result = measure(measurement, kept, 1, samples); result < 0)
            return fail(subject, result);
        print_row(settings.what, "first", samples, scale);
    }
    TickScale kept_scale;
    if (const int64_t result = measure(measurement, kept, settings.count, samples); result < 0)
        return fail(subject, result);
    print_row(settings.what, "continued", samples, kept_scale);

    // Calls on a descriptor need the proxy that has it.
    if (what == Case::read || what == Case::open_close)
        return 0;
    LinuxFiles ended;
    ended.set_continue(Continue::off);
    TickScale ended_scale;
    if (const int64_t result = measure(measurement, ended, settings.count, samples); result < 0)
        return fail(subject, result);
    print_row(settings.what, "not-continued", samples, ended_scale);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    Options options(argc, argv, "n: d: l: c:");
    for (int option = options.next(); option != Options::end; option = options.next()) {
        uint64_t* number = nullptr;
        if (option == 'n')
            number = &settings.count;
        else if (option == 'd')
            number = &settings.delay_us;
        else if (option == 'l')
            number = &settings.length;
        else if (option == 'c')
            number = &settings.core;
        if (number == nullptr || !parse_number(options.value(), *number))
            return usage(usage_text);
    }
    constexpr struct {
        std::string_view name;
        Case what;
        size_t words;
    } cases[] = {{"null", Case::null, 1},
                 {"getpid", Case::getpid, 1},
                 {"stat", Case::stat, 2},
                 {"open-close", Case::open_close, 2},
                 {"read", Case::read, 2}};
    const auto words = options.rest();
    constexpr uint64_t most = 1'000'000;
    const bool sane = settings.count > 0 && settings.count <= most && settings.length > 0 &&
                      settings.length <= 64 * most && settings.delay_us <= most;
    if (words.empty() || !sane)
        return usage(usage_text);
    if (words.size() == 2 && std::string_view(words[0]) == "cancel")
        return bench_cancel(settings.count, words[1]);
    if (words.size() == 1 && std::string_view(words[0]) == "ipc")
        return bench_ipc(settings.count, static_cast<uint32_t>(settings.core));
    if (words.size() == 1 && std::string_view(words[0]) == "ipc-server")
        return serve_bench();
    for (const auto& known : cases) {
        if (known.name != words[0] || known.words != words.size())
            continue;
        settings.what = words[0];
        settings.path = words.size() > 1 ? words[1] : nullptr;
        return run(known.what, settings);
    }
    return usage(usage_text);
}
