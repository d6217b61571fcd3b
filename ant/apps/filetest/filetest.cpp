// SPDX-License-Identifier: GPL-2.0-only
// filetest: random operations on Linux's files, each answer beside that of a model. A mismatch is
// shrunk to the few operations that bring it about, which `filetest -r FILE` makes again.
#include "exerciser.h"
#include "generator.h"
#include "shrink.h"

#include <ant/apps/common/file.h>
#include <ant/lib/lines.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/sha256.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

constexpr const char* usage_text =
    "filetest [-d DIRECTORY] [-s SEED] [-n OPERATIONS] [-t SECONDS] [-p PROCESSES] [-kuc]\n"
    "filetest [-d DIRECTORY] [-u] -r FILE\n"
    "  -d DIRECTORY   of Linux's; nothing else is in it (default /tmp/filetest)\n"
    "  -s SEED        the same seed makes the same operations (default: a new one each time)\n"
    "  -n OPERATIONS  so many, each process (default 10000)\n"
    "  -t SECONDS     so long, if that is less\n"
    "  -p PROCESSES   on all cores, each with a directory of its own (1..16)\n"
    "  -k             proxies may be killed meanwhile: what was acknowledged must be there\n"
    "  -u             leaves out open files without a name, which /host cannot have\n"
    "  -c             prints the checksum of each file that is left, as sha256sum does\n"
    "  -r FILE        makes the operations of this file of Linux's, one a line";

constexpr size_t round_operations = 1000; // then the directory is emptied
constexpr unsigned shrink_replays = 1500;
constexpr size_t shown_when_killed = 30;
constexpr uint64_t most_processes = 16;

struct Settings {
    const char* directory = "/tmp/filetest";
    uint64_t seed = 0;
    uint64_t operations = 10'000;
    uint64_t seconds = UINT32_MAX;
    uint64_t processes = 1;
    Exerciser::Options options;
    bool checksums = false;
    const char* file = nullptr;
};

// Of one round; not on the stack, which is small.
constinit Operation sequence[round_operations];
constinit Operation scratch[round_operations];

void print_operations(std::span<const Operation> operations) {
    char text[operation_text_bytes] = {};
    for (const Operation& operation : operations)
        ant::printf("%s\n", operation_text(operation, text).data());
}

/// The directory and those above it exist afterwards; what is wrong with it, the first operation
/// says.
void make_directory(const char* directory) {
    char path[256] = {};
    strlcpy(path, directory, sizeof(path));
    for (char* end = path + 1; *end != '\0'; end++) {
        if (*end != '/')
            continue;
        *end = '\0';
        static_cast<void>(ant::mkdir(path, 0700));
        *end = '/';
    }
    static_cast<void>(ant::mkdir(path, 0700));
}

class Run {
public:
    Run(Exerciser& exerciser, const Settings& settings)
        : exerciser_(exerciser), settings_(settings) {}

    int run() {
        const uint64_t end = time_ns() + settings_.seconds * 1'000'000'000;
        do {
            // A seed for each round, so that the one which fails can be had by itself.
            const uint64_t seed = settings_.seed + rounds_++;
            const uint64_t left = settings_.operations - done_;
            if (!round(seed, left < round_operations ? left : round_operations, end))
                return exit_failure;
        } while (done_ < settings_.operations && time_ns() < end);
        if (settings_.checksums)
            print_checksums(Model::root, 0);
        ant::printf("filetest: %s: seed %" PRIu64 ": %" PRIu64 " operations in %" PRIu64 " rounds",
                    settings_.directory, settings_.seed, done_, rounds_);
        if (settings_.options.survive)
            ant::printf(", proxies lost: %u", exerciser_.lost());
        ant::printf(", all as expected\n");
        return 0;
    }

private:
    bool round(uint64_t seed, uint64_t count, uint64_t end) {
        Random random(seed);
        size_t made = 0;
        Exerciser::Outcome outcome = exerciser_.begin();
        while (made < count && outcome != Exerciser::Outcome::differs && time_ns() < end) {
            Operation operation = random_operation(random, exerciser_.model());
            if (!exerciser_.model().knows(operation))
                continue;
            sequence[made++] = operation;
            outcome = exerciser_.step(operation);
        }
        done_ += made;
        if (outcome != Exerciser::Outcome::differs)
            outcome = exerciser_.verify();
        if (outcome != Exerciser::Outcome::differs)
            return true;
        report_mismatch(seed, {sequence, made});
        return false;
    }

    void report_mismatch(uint64_t seed, std::span<Operation> operations) {
        ant::printf("filetest: %s: MISMATCH with -s %" PRIu64 " -n %zu\n", settings_.directory,
                    seed, operations.size());
        if (!operations.empty()) {
            char text[operation_text_bytes] = {};
            ant::printf("filetest: in or after: %s\n",
                        operation_text(operations.back(), text).data());
        }
        print_complaint();
        if (settings_.options.survive) { // a death does not come again at the same moment
            print_operations(operations.last(
                operations.size() < shown_when_killed ? operations.size() : shown_when_killed));
            return;
        }
        if (exerciser_.replay(operations) != Exerciser::Outcome::differs) {
            ant::printf("filetest: these %zu operations do not bring it about again\n",
                        operations.size());
            print_operations(operations);
            return;
        }
        Shrinker shrinker(
            [this](std::span<const Operation> fewer) {
                return exerciser_.replay(fewer) == Exerciser::Outcome::differs;
            },
            scratch, shrink_replays);
        const auto shrunk = operations.first(shrinker.shrink(operations));
        static_cast<void>(exerciser_.replay(shrunk)); // for what is wrong now
        print_complaint();
        ant::printf("filetest: shrunk from %zu operations to %zu; filetest -r FILE makes them:\n",
                    operations.size(), shrunk.size());
        print_operations(shrunk);
    }

    void print_complaint() const {
        const std::string_view text = exerciser_.complaint();
        ant::printf("filetest: %.*s\n", static_cast<int>(text.size()), text.data());
    }

    void print_checksums(size_t directory, uint8_t number) const {
        const Model& model = exerciser_.model();
        for (uint8_t name = 1; name <= FilePath::names; name++) {
            const size_t node = model.entry(directory, name);
            if (node == Model::nowhere)
                continue;
            if (model.is_directory(node)) {
                if (number == 0)
                    print_checksums(node, name);
                continue;
            }
            Sha256 sha256;
            sha256.update(model.content(node).data(), model.content(node).size());
            char path[8] = {};
            ant::printf("%s  %s/%s\n", Sha256::text(sha256.finish()).data(), settings_.directory,
                        path_text({number, name}, path).data());
        }
    }

    Exerciser& exerciser_;
    const Settings& settings_;
    uint64_t done_ = 0;
    uint64_t rounds_ = 0;
};

/// Operations from a file of Linux's into `sequence`. 0 or the status to end with.
int read_operations(const char* path, size_t& count) {
    const File file(path, O_RDONLY);
    if (!file.valid())
        return report("filetest", path);
    LineReader reader(file.descriptor());
    while (auto line = reader.next()) {
        if (line->ends_with('\n'))
            line->remove_suffix(1);
        if (count == round_operations || !parse_operation(*line, sequence[count++])) {
            dprintf(standard_error, "filetest: %s:%zu: no operation, or too many\n", path, count);
            return exit_usage;
        }
    }
    return 0;
}

int replay(Exerciser& exerciser, const char* path) {
    size_t count = 0;
    if (const int status = read_operations(path, count); status != 0)
        return status;
    if (exerciser.replay({sequence, count}) == Exerciser::Outcome::differs) {
        const std::string_view text = exerciser.complaint();
        ant::printf("filetest: MISMATCH: %.*s\n", static_cast<int>(text.size()), text.data());
        return exit_failure;
    }
    ant::printf("filetest: %zu operations, all as expected\n", count);
    return 0;
}

/// One process.
int exercise(const Settings& settings) {
    make_directory(settings.directory);
    Exerciser exerciser(linux_files(), settings.directory, settings.options);
    if (!exerciser.valid())
        return report("filetest", "memory");
    if (settings.file != nullptr)
        return replay(exerciser, settings.file);
    return Run(exerciser, settings).run();
}

/// This program once more, as the process number `index`.
int start(const Settings& settings, uint64_t index, uint32_t core) {
    char directory[256] = {};
    char numbers[3][24] = {};
    format_to(directory, "%s/%" PRIu64, settings.directory, index);
    const uint64_t values[] = {settings.seed + (index << 32), settings.operations,
                               settings.seconds};
    for (size_t i = 0; i < 3; i++)
        format_to(numbers[i], "%" PRIu64, values[i]);
    const char* words[10] = {"filetest", "-d",       directory, "-s",      numbers[0],
                             "-n",       numbers[1], "-t",      numbers[2]};
    size_t count = 9;
    char letters[5] = "-";
    size_t letter = 1;
    if (settings.options.survive)
        letters[letter++] = 'k';
    if (settings.options.only_named)
        letters[letter++] = 'u';
    if (settings.checksums)
        letters[letter++] = 'c';
    if (letter > 1)
        words[count++] = letters;
    return spawn({words, count}, core);
}

int exercise_on_all_cores(const Settings& settings) {
    uint32_t cores[most_processes] = {};
    size_t core_count = 0;
    for (ant_core_info info = {};
         core_count < most_processes && core_info(static_cast<uint32_t>(core_count), &info) == 0;)
        cores[core_count++] = info.core;
    int processes[most_processes] = {};
    int worst = 0;
    for (uint64_t i = 0; i < settings.processes; i++) {
        processes[i] = start(settings, i, cores[i % core_count]);
        if (processes[i] < 0)
            worst = report("filetest", "process");
    }
    for (uint64_t i = 0; i < settings.processes; i++) {
        int status = 0;
        if (processes[i] >= 0 && wait(processes[i], &status) < 0)
            worst = report("filetest", "wait");
        if (status > worst)
            worst = status;
    }
    return worst;
}

bool parse_option(int option, const char* value, Settings& settings) {
    switch (option) {
    case 'd':
        settings.directory = value;
        return strlen(value) < 200;
    case 's':
        return parse_number(value, settings.seed);
    case 'n':
        return parse_number(value, settings.operations) && settings.operations > 0;
    case 't':
        return parse_number(value, settings.seconds) && settings.seconds <= UINT32_MAX;
    case 'p':
        return parse_number(value, settings.processes) && settings.processes > 0 &&
               settings.processes <= most_processes;
    case 'r':
        settings.file = value;
        return true;
    default:
        settings.options.survive |= option == 'k';
        settings.options.only_named |= option == 'u';
        settings.checksums |= option == 'c';
        return option == 'k' || option == 'u' || option == 'c';
    }
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    settings.seed = time_ns() % 1'000'000'000;
    Options options(argc, argv, "d:s:n:t:p:kucr:");
    for (int option = options.next(); option != Options::end; option = options.next())
        if (!parse_option(option, options.value(), settings))
            return usage(usage_text);
    if (!options.rest().empty())
        return usage(usage_text);
    return settings.processes > 1 ? exercise_on_all_cores(settings) : exercise(settings);
}
