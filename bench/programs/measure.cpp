// SPDX-License-Identifier: GPL-2.0-only
// measure: how long calls take, on AnT and on Linux by the same source. Prints every sample as a
// row of a table, none left out; what they mean is said by their reader (testbed/bench/).
#include "bench/programs/cases.h"

#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/format.h>
#include <ant/lib/string.h>

using namespace bench;

namespace {

constexpr int standard_output = 1;
constexpr int standard_error = 2;
constexpr int exit_failure = 1;
constexpr int exit_usage = 2;

/// Rows put together to few writes: each one is a way to the console.
class Output {
public:
    [[gnu::format(printf, 2, 3)]] void line(const char* format, ...) {
        if (sizeof(text_) - used_ < longest)
            flush();
        va_list arguments{};
        va_start(arguments, format);
        const int length = ant::vsnprintf(text_ + used_, longest, format, arguments);
        va_end(arguments);
        used_ += length < static_cast<int>(longest) ? static_cast<size_t>(length) : longest - 1;
    }

    bool flush() {
        good_ = put(standard_output, {text_, used_}) && good_;
        used_ = 0;
        return good_;
    }

private:
    static constexpr size_t longest = 512;
    char text_[16 * longest] = {};
    size_t used_ = 0;
    bool good_ = true;
};

int complain(const char* subject, Trouble trouble) {
    char line[512];
    const int length = ant::snprintf(line, sizeof(line), "measure: %s: %s\n", subject, trouble);
    const auto size = static_cast<size_t>(length);
    put(standard_error, {line, size < sizeof(line) ? size : sizeof(line) - 1});
    return exit_failure;
}

/// The counter's frequency, which Mint knows for both OSes; 0: this Linux is not Mint.
uint64_t tick_hz() {
    const Buffer buffer(64);
    Files files;
    if (!buffer.valid())
        return 0;
    const int64_t descriptor = files.open("/sys/kernel/mint/tsc_khz", O_RDONLY, 0);
    if (descriptor < 0)
        return 0;
    const auto file = static_cast<int>(descriptor);
    const int64_t count = files.read(file, buffer.data(), buffer.size());
    static_cast<void>(files.close(file));
    std::string_view text(reinterpret_cast<const char*>(buffer.data()),
                          count > 0 ? static_cast<size_t>(count) : 0);
    text = text.substr(0, text.find('\n'));
    uint64_t khz = 0;
    return ant::parse_number(text, khz) ? khz * 1000 : 0;
}

Trouble run(const Settings& settings, Records& records) {
    switch (settings.experiment) {
    case Experiment::calls:
        return measure_calls(settings, records);
    case Experiment::null:
        return measure_null(settings, records);
    case Experiment::io:
        return measure_io(settings, records);
    case Experiment::many:
        return measure_many(settings, records);
    case Experiment::steps:
        return measure_steps(settings, records);
    case Experiment::noop:
        return measure_noop(settings, records);
    }
    return "unknown experiment";
}

} // namespace

Trouble bench::trouble_of(int64_t result) {
    return result < 0 ? ant::strerror(static_cast<int>(-result)) : nullptr;
}

int main(int argc, char** argv) {
    Settings settings;
    bool ant_only = false;
    if (!parse(argc, argv, settings, ant_only)) {
        const char* text = ant_only ? "AnT only: on Linux no call goes to another OS" : usage_text;
        put(standard_error, ant_only ? "measure: " : "usage: ");
        put(standard_error, text);
        put(standard_error, "\n");
        return exit_usage;
    }
    Records records(record_count(settings));
    if (!records.valid())
        return complain(argv[1], "not enough memory for the samples");
    const char* subject = settings.path != nullptr ? settings.path : settings.name;
    const uint64_t frequency = settings.quiet ? 0 : tick_hz();
    if (const Trouble trouble = run(settings, records))
        return complain(subject, trouble);
    if (settings.quiet)
        return 0;

    Output output;
    output.line("# tick_hz=%" PRIu64 "\n# system=%s\n# arguments=", frequency, system_name);
    for (int i = 1; i < argc; i++)
        output.line(i > 1 ? " %s" : "%s", argv[i]);
    output.line("\ncase,step,repeat,index,ticks\n");
    for (const Record& record : records.all()) {
        if (settings.only_totals && record.step != std::string_view("total"))
            continue;
        output.line("%s,%s,%u,%u,%" PRIu64 "\n", settings.name, record.step, record.repeat,
                    record.index, record.ticks);
    }
    return output.flush() ? 0 : complain("standard output", "cannot write");
}
