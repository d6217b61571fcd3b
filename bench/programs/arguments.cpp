// SPDX-License-Identifier: GPL-2.0-only
// The command line of `measure`.
#include "bench/programs/cases.h"

#include <ant/lib/options.h>
#include <ant/lib/string.h>

namespace bench {

const char* const usage_text =
    "measure calls CASE [-n REPEATS] [-w WARM-UP] FILE\n"
    "        CASE: getpid stat open-close open-fstat-close open-lseek-close open-read-close\n"
    "              open-write-close\n"
    "       measure null -s continued|not-continued|delayed [-n N] [-w WARM-UP]   (on AnT)\n"
    "       measure io -m sequential|random -d read|write -l BYTES [-c CALLS] [-n REPEATS]\n"
    "               [-w WARM-UP] [-S SEED] [-q | -t] FILE\n"
    "       measure many -m MODE -d DIRECTION -l BYTES [-c CALLS] -p PROCESSES\n"
    "               [-C CORE,CORE...] [-n REPEATS] [-S SEED] FILE-PREFIX\n"
    "       measure steps [-n REPEATS] [-w WARM-UP] null|getpid|read FILE   (on AnT)\n"
    "       measure noop [-n N]\n"
    "One line per timed call on standard output, in ticks of the time stamp counter.";

namespace {

constexpr uint64_t most_repeats = 100'000;
constexpr uint64_t most_calls = 100'000;
constexpr uint64_t most_bytes = 16u << 20;
constexpr uint64_t most_rows = 2'000'000;

template<typename Value> struct Name {
    std::string_view name;
    Value value;
};

template<typename Value, size_t count>
bool choose(std::string_view word, const Name<Value> (&names)[count], Value& value) {
    for (const Name<Value>& known : names) {
        if (known.name != word)
            continue;
        value = known.value;
        return true;
    }
    return false;
}

bool parse_cores(std::string_view list, Settings& settings) {
    settings.core_count = 0;
    while (true) {
        const size_t comma = list.find(',');
        uint64_t core = 0;
        if (settings.core_count == max_cores || !ant::parse_number(list.substr(0, comma), core) ||
            core >= own_core)
            return false;
        settings.cores[settings.core_count++] = static_cast<uint32_t>(core);
        if (comma == std::string_view::npos)
            return true;
        list.remove_prefix(comma + 1);
    }
}

bool parse_option(int letter, const char* value, Settings& settings) {
    constexpr Name<NullState> states[] = {{"continued", NullState::continued},
                                          {"not-continued", NullState::not_continued},
                                          {"delayed", NullState::delayed}};
    constexpr Name<Mode> modes[] = {{"sequential", Mode::sequential}, {"random", Mode::random}};
    constexpr Name<Direction> directions[] = {{"read", Direction::read},
                                              {"write", Direction::write}};
    switch (letter) {
    case 'n':
        return ant::parse_number(value, settings.repeats) && settings.repeats <= most_repeats;
    case 'w':
        return ant::parse_number(value, settings.warm_up) && settings.warm_up <= most_repeats;
    case 'c':
        return ant::parse_number(value, settings.calls) && settings.calls <= most_calls;
    case 'l':
        return ant::parse_number(value, settings.length) && settings.length <= most_bytes;
    case 'p':
        return ant::parse_number(value, settings.processes);
    case 'S':
        return ant::parse_number(value, settings.seed);
    case 's':
        return choose(value, states, settings.state);
    case 'm':
        return choose(value, modes, settings.mode);
    case 'd':
        return choose(value, directions, settings.direction);
    case 'C':
        return parse_cores(value, settings);
    case 'q':
        settings.quiet = true;
        return true;
    case 't':
        settings.only_totals = true;
        return true;
    default:
        return false;
    }
}

/// What an experiment takes.
struct Grammar {
    std::string_view word;
    const char* options;
    uint64_t repeats, warm_up; // if not given
    Experiment experiment;
    bool takes_file;
};

constexpr Grammar grammars[] = {
    {"calls", "n: w:", 30, 3, Experiment::calls, true},
    {"null", "s: n: w:", 1000, 10, Experiment::null, false},
    {"io", "qt m: d: l: c: n: w: S:", 1, 0, Experiment::io, true},
    {"many", "m: d: l: c: p: C: n: w: S:", 1, 0, Experiment::many, true},
    {"steps", "n: w: l:", 30, 3, Experiment::steps, false},
    {"noop", "n:", 1000, 0, Experiment::noop, false},
};

const char* name_of(const Settings& settings) {
    const bool random = settings.mode == Mode::random;
    const bool reads = settings.direction == Direction::read;
    switch (settings.experiment) {
    case Experiment::null:
        return settings.state == NullState::continued       ? "null-continued"
               : settings.state == NullState::not_continued ? "null-not-continued"
                                                            : "null-delayed";
    case Experiment::steps:
        return settings.call == StepsCall::null     ? "steps-null"
               : settings.call == StepsCall::getpid ? "steps-getpid"
                                                    : "steps-read";
    case Experiment::io:
        return random ? (reads ? "random-read" : "random-write")
                      : (reads ? "sequential-read" : "sequential-write");
    case Experiment::many:
        return random ? (reads ? "many-random-read" : "many-random-write")
                      : (reads ? "many-sequential-read" : "many-sequential-write");
    default:
        return settings.name; // a sequence's own name
    }
}

bool sane(const Settings& settings) {
    return settings.repeats > 0 && settings.calls > 0 && settings.length > 0 &&
           settings.processes > 0 && record_count(settings) <= most_rows;
}

} // namespace

size_t record_count(const Settings& settings) {
    uint64_t rows = 1;
    if (settings.experiment == Experiment::calls)
        rows = sequence_length(settings.name) + 1;
    else if (settings.experiment == Experiment::io)
        rows = settings.calls * (settings.mode == Mode::random ? 2 : 1) + 1;
    else if (settings.experiment == Experiment::steps)
        rows = 2 * (uint64_t{step_count} + 1);
    return static_cast<size_t>(settings.repeats * rows);
}

bool parse(int argc, char** argv, Settings& settings, bool& ant_only) {
    ant_only = false;
    const Grammar* grammar = nullptr;
    for (const Grammar& known : grammars)
        if (argc >= 2 && known.word == argv[1])
            grammar = &known;
    if (grammar == nullptr)
        return false;
    settings.experiment = grammar->experiment;
    settings.repeats = grammar->repeats;
    settings.warm_up = grammar->warm_up;
    const bool on_the_way =
        settings.experiment == Experiment::null || settings.experiment == Experiment::steps;
    if (on_the_way && !calls_are_passed_on) {
        ant_only = true;
        return false;
    }
    int first = 1; // the word before the first option
    if (settings.experiment == Experiment::calls) {
        first = 2;
        settings.name = argc > 2 ? known_sequence(argv[2]) : nullptr;
        if (settings.name == nullptr)
            return false;
    }
    ant::Options options(argc - first, argv + first, grammar->options);
    for (int option = options.next(); option != ant::Options::end; option = options.next())
        if (!parse_option(option, options.value(), settings))
            return false;
    auto words = options.rest();
    bool takes_file = grammar->takes_file;
    if (settings.experiment == Experiment::steps) {
        constexpr Name<StepsCall> calls[] = {
            {"null", StepsCall::null}, {"getpid", StepsCall::getpid}, {"read", StepsCall::read}};
        if (words.empty() || !choose(words[0], calls, settings.call))
            return false;
        takes_file = settings.call == StepsCall::read;
        words = words.subspan(1);
    }
    if (words.size() != (takes_file ? 1u : 0u))
        return false;
    if (takes_file)
        settings.path = words[0];
    settings.name = name_of(settings);
    return sane(settings);
}

} // namespace bench
