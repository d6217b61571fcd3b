// SPDX-License-Identifier: GPL-2.0-only
// The paper's Table 5: getpid and stat alone, and sequences from open to close. Each repeat is a
// new application to Linux: on AnT with a proxy process of its own, which the first call creates
// and the last one ends (no continue flag).
#include "bench/programs/cases.h"

#include <algorithm>
#include <ant/lib/fcntl.h>

namespace bench {

namespace {

enum class Step { none, getpid, stat, open, fstat, lseek, read, write, close };
constexpr std::array<const char*, 9> step_names = {"",      "getpid", "stat",  "open", "fstat",
                                                   "lseek", "read",   "write", "close"};

struct Sequence {
    const char* name = "";
    std::array<Step, 3> steps = {};
    int open_flags = O_RDONLY;

    [[nodiscard]] size_t length() const {
        return static_cast<size_t>(std::count_if(steps.begin(), steps.end(),
                                                 [](Step step) { return step != Step::none; }));
    }
};

constexpr std::array sequences = {
    Sequence{"getpid", {Step::getpid}},
    Sequence{"stat", {Step::stat}},
    Sequence{"open-close", {Step::open, Step::close}},
    Sequence{"open-fstat-close", {Step::open, Step::fstat, Step::close}},
    Sequence{"open-lseek-close", {Step::open, Step::lseek, Step::close}},
    Sequence{"open-read-close", {Step::open, Step::read, Step::close}},
    Sequence{"open-write-close", {Step::open, Step::write, Step::close}, O_WRONLY},
};

const Sequence* find(std::string_view name) {
    const auto* found = std::find_if(sequences.begin(), sequences.end(),
                                     [&](const Sequence& one) { return one.name == name; });
    return found == sequences.end() ? nullptr : found;
}

/// The proxy of the repeat before ends after its last answer: Linux is done with it by then.
constexpr uint64_t settling_ns = 5'000'000;

/// One sequence on one file.
class Run {
public:
    Run(const Settings& settings, const Sequence& sequence, const Buffer& buffer)
        : settings_(settings), sequence_(sequence), buffer_(buffer) {}

    Trouble once(Stopwatch watch) {
        Files files;
        if (const int64_t error = prepare(files); error < 0)
            return trouble_of(error);
        pause_ns(settling_ns);
        const size_t length = sequence_.length();
        watch.start();
        for (size_t i = 0; i < length; i++) {
            if (i + 1 == length)
                files.set_continue(Continue::off);
            const Step step = sequence_.steps[i];
            const int64_t result = execute(files, step);
            watch.lap(step_names[static_cast<size_t>(step)]);
            if (result < 0)
                return trouble_of(result);
            if (step == Step::open)
                descriptor_ = static_cast<int>(result);
        }
        watch.total();
        return nullptr;
    }

private:
    int64_t execute(Files& files, Step step) {
        switch (step) {
        case Step::none:
            break;
        case Step::getpid:
            return files.getpid();
        case Step::stat:
            return files.stat(settings_.path, status_);
        case Step::open:
            return files.open(settings_.path, sequence_.open_flags, 0);
        case Step::fstat:
            return files.fstat(descriptor_, status_);
        case Step::lseek:
            return files.lseek(descriptor_, 0, SEEK_SET);
        case Step::read:
            return files.read(descriptor_, buffer_.data(), buffer_.size());
        case Step::write:
            return files.write(descriptor_, buffer_.data(), buffer_.size());
        case Step::close:
            return files.close(descriptor_);
        }
        return 0;
    }

    const Settings& settings_;
    const Sequence& sequence_;
    const Buffer& buffer_;
    FileStatus status_{};
    int descriptor_ = -1;
};

} // namespace

const char* known_sequence(std::string_view name) {
    const Sequence* sequence = find(name);
    return sequence == nullptr ? nullptr : sequence->name;
}

size_t sequence_length(std::string_view name) {
    const Sequence* sequence = find(name);
    return sequence == nullptr ? 0 : sequence->length();
}

Trouble measure_calls(const Settings& settings, Records& records) {
    const Buffer buffer(static_cast<size_t>(settings.length));
    if (!buffer.valid())
        return "not enough memory";
    const Sequence* sequence = find(settings.name);
    if (sequence == nullptr)
        return "unknown sequence";
    Run run(settings, *sequence, buffer);
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = run.once(Stopwatch(nullptr, 0)))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = run.once(Stopwatch(&records, repeat)))
            return trouble;
    return nullptr;
}

} // namespace bench
