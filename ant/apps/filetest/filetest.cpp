// SPDX-License-Identifier: GPL-2.0-only
// filetest: random operations on Linux's files, each answer beside that of a model. A mismatch is
// shrunk to the few operations that bring it about, which `filetest -r FILE` makes again.
#include "supervisor.h"

#include <ant/apps/common/file.h>
#include <ant/lib/lines.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

constexpr const char* usage_text =
    "filetest [-d DIRECTORY] [-s SEED] [-n OPERATIONS] [-t SECONDS] [-p PROCESSES] [-kKuc]\n"
    "filetest [-d DIRECTORY] [-u] -r FILE\n"
    "  -d DIRECTORY   of Linux's; nothing else is in it (default /tmp/filetest)\n"
    "  -s SEED        the same seed makes the same operations (default: a new one each time)\n"
    "  -n OPERATIONS  so many, each process (default 10000)\n"
    "  -t SECONDS     so long, if that is less\n"
    "  -p PROCESSES   on all cores, each with a directory of its own (1..16)\n"
    "  -k             proxies may be killed meanwhile: what was acknowledged must be there\n"
    "  -K             processes are killed, too, and others go on in their places\n"
    "  -u             leaves out open files that lose their name, or change it with their "
    "directory,\n"
    "                 which /host cannot have\n"
    "  -c             prints the checksum of each file that is left, as sha256sum does\n"
    "  -r FILE        makes the operations of this file of Linux's, one a line";

constexpr uint64_t most_processes = 16;

/// What this process is. The last two are options that only this program gives: -S, -W.
enum class Part : uint8_t { whole, supervisor, worker };

constinit Journal own_journal; // not on the stack, which is small

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

/// Operations from a file of Linux's into own_journal. 0 or the status to end with.
int read_operations(const char* path, size_t& count) {
    const File file(path, O_RDONLY);
    if (!file.valid())
        return report("filetest", path);
    LineReader reader(file.descriptor());
    while (auto line = reader.next()) {
        if (line->ends_with('\n'))
            line->remove_suffix(1);
        if (count == Journal::round_operations ||
            !parse_operation(*line, own_journal.operations[count++])) {
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
    if (exerciser.replay({own_journal.operations, count}) == Exerciser::Outcome::differs) {
        const std::string_view text = exerciser.complaint();
        ant::printf("filetest: MISMATCH: %.*s\n", static_cast<int>(text.size()), text.data());
        return exit_failure;
    }
    ant::printf("filetest: %zu operations, all as expected\n", count);
    return 0;
}

/// This program once more, with a part of its own.
class CommandLine {
public:
    CommandLine(const Settings& settings, const char* directory, uint64_t seed, Part part) {
        const uint64_t values[] = {seed, settings.operations, settings.seconds};
        constexpr const char* options[] = {"-s", "-n", "-t"};
        add("filetest");
        add("-d");
        add(directory);
        for (size_t i = 0; i < std::size(values); i++) {
            add(options[i]);
            add(format_to(numbers_[i], "%" PRIu64, values[i]).data());
        }
        if (settings.killed)
            add(part == Part::supervisor ? "-S" : "-W");
        if (settings.options.survive)
            add("-k");
        if (settings.options.only_named)
            add("-u");
        if (settings.checksums)
            add("-c");
    }
    [[nodiscard]] std::span<const char* const> words() const { return {words_, count_}; }

private:
    void add(const char* word) { words_[count_++] = word; }

    char numbers_[3][24] = {};
    const char* words_[16] = {};
    size_t count_ = 0;
};

/// One process.
int exercise(const Settings& settings, Part part) {
    if (part == Part::supervisor)
        return supervise(
            CommandLine(settings, settings.directory, settings.seed, Part::worker).words());
    make_directory(settings.directory);
    Exerciser exerciser(linux_files(), settings.directory, settings.options);
    if (!exerciser.valid())
        return report("filetest", "memory");
    if (settings.file != nullptr)
        return replay(exerciser, settings.file);
    if (part == Part::worker)
        return work(exerciser, settings);
    own_journal = Journal();
    return Run(exerciser, settings, own_journal).run();
}

int start(const Settings& settings, uint64_t index, uint32_t core) {
    char directory[256] = {};
    format_to(directory, "%s/%" PRIu64, settings.directory, index);
    const CommandLine line(settings, directory, settings.seed + (index << 32), Part::supervisor);
    return spawn(line.words(), core);
}

int exercise_on_all_cores(const Settings& settings) {
    uint32_t cores[most_processes] = {};
    size_t core_count = 0;
    for (ant_core_info info = {};
         core_count < most_processes && core_info(static_cast<uint32_t>(core_count), &info) == 0;)
        cores[core_count++] = info.core;
    int processes[most_processes] = {};
    int worst = 0;
    size_t started = 0;
    for (uint64_t i = 0; i < settings.processes; i++) {
        processes[started] = start(settings, i, cores[i % core_count]);
        if (processes[started++] < 0)
            worst = report("filetest", "process");
    }
    if (settings.killed)
        kill_workers({processes, started}, settings.seed);
    for (size_t i = 0; i < started; i++) {
        int status = 0;
        if (processes[i] >= 0 && wait(processes[i], &status) < 0)
            worst = report("filetest", "wait");
        if (status > worst)
            worst = status;
    }
    return worst;
}

bool parse_option(int option, const char* value, Settings& settings, Part& part) {
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
    case 'S':
    case 'W':
        part = option == 'S' ? Part::supervisor : Part::worker;
        [[fallthrough]];
    case 'K':
        settings.killed = settings.options.survive = true;
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
    Part part = Part::whole;
    settings.seed = time_ns() % 1'000'000'000;
    Options options(argc, argv, "kKSWuc d: s: n: t: p: r:");
    for (int option = options.next(); option != Options::end; option = options.next())
        if (!parse_option(option, options.value(), settings, part))
            return usage(usage_text);
    if (!options.rest().empty())
        return usage(usage_text);
    const bool several = settings.processes > 1 || (settings.killed && part == Part::whole);
    return several ? exercise_on_all_cores(settings) : exercise(settings, part);
}
