// SPDX-License-Identifier: GPL-2.0-only
// fuzzcalls: processes on all cores make random calls, Linux's and AnT's, and some are killed
// meanwhile. Nothing that is not theirs may change, and nothing of theirs may stay.
#include "worker.h"

#include <ant/apps/common/find_process.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/apps/common/random.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

constexpr const char* usage_text =
    "fuzzcalls [-s SEED] [-n CALLS]\n"
    "  -s SEED   the same seed makes the same calls (default: a new one each time)\n"
    "  -n CALLS  so many in all (default 10000)";

constexpr const char* witness_file = "/tmp/fuzzcalls-witness";
constexpr uint64_t calls_of_one = 250; // then another process goes on
constexpr size_t most_cores = 16;
constexpr uint64_t pause_ns = 1'000'000;
constexpr uint64_t patience_ns = 5'000'000'000; // with one that waits: nobody answers its request
constexpr uint64_t end_ns = 60'000'000'000;     // until Linux has given up the calls of one

/// Bytes that only this process may change: of its own, of its ICA, and in a file that its proxy
/// holds open.
class Witness {
public:
    Witness() : ica_(bytes) {}

    [[nodiscard]] bool prepare() {
        static_cast<void>(ant::mkdir(fuzz_directory, 0700));
        file_ = ant::open(witness_file, O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (file_ < 0 || !ica_.valid())
            return false;
        Random random(bytes);
        for (uint64_t& word : private_)
            word = random.next();
        memcpy(ica_.data(), private_, bytes);
        return ant::write(file_, private_, bytes) == static_cast<ssize_t>(bytes);
    }

    /// The name of what has changed, or nullptr.
    [[nodiscard]] const char* changed() {
        Random random(bytes);
        for (const uint64_t word : private_)
            if (word != random.next())
                return "private memory";
        if (memcmp(ica_.data(), private_, bytes) != 0)
            return "its ICA";
        if (ant::pread(file_, read_, bytes, 0) != static_cast<ssize_t>(bytes) ||
            memcmp(read_, private_, bytes) != 0)
            return "its file";
        return nullptr;
    }

    void remove() const {
        static_cast<void>(ant::close(file_));
        static_cast<void>(ant::unlink(witness_file));
        static_cast<void>(ant::rmdir(fuzz_directory));
    }

    [[nodiscard]] const std::byte* area() const { return ica_.data(); }

private:
    static constexpr size_t bytes = size_t{3} * 4096;
    IcaBuffer ica_;
    int file_ = -1;
    uint64_t private_[bytes / 8] = {};
    uint64_t read_[bytes / 8] = {};
};

/// What has to be as before. Memory is what is free and what the processes have: a server keeps the
/// page tables that it needed for an area which was lent to it.
struct Standing {
    uint64_t ica = 0;    // bytes free
    uint64_t memory = 0; // bytes
    size_t processes = 0;

    static Standing now() {
        Standing now;
        ant_memory_info memory = {};
        ant_process_info process = {};
        if (memory_info(&memory) == 0) {
            now.ica = memory.ica_free;
            now.memory = memory.frames_free;
        }
        while (process_info(static_cast<uint32_t>(now.processes), &process) == 0) {
            now.memory += uint64_t{process.memory_pages} * ANTLINUX_PAGE_SIZE;
            now.processes++;
        }
        return now;
    }
    bool operator==(const Standing&) const = default;
};

/// Waits until it has ended, or ends it. True: it had to.
bool let_end(int process, uint64_t patience) {
    const uint64_t end = time_ns() + patience;
    ant_process_info info = {};
    while (find_process(process, info) && info.state != ANT_ZOMBIE) {
        if (time_ns() > end)
            return kill(process) == 0;
        static_cast<void>(sleep_ns(pause_ns));
    }
    return false;
}

class Run {
public:
    Run(uint64_t seed, uint64_t calls, Witness& witness)
        : seed_(seed), left_(calls), random_(seed), witness_(witness) {
        ant_core_info info = {};
        while (core_count_ < most_cores &&
               core_info(static_cast<uint32_t>(core_count_), &info) == 0)
            cores_[core_count_++] = info.core;
    }

    int run() {
        const uint64_t calls = left_;
        if (!empty_directory()) // and so the program that does it has run once
            return report("fuzzcalls", fuzz_directory);
        before_ = Standing::now();
        while (left_ > 0)
            if (const int status = round(); status != 0)
                return status;
        ant::printf("fuzzcalls: seed %" PRIu64 ": %" PRIu64 " calls by %u processes, %u killed: "
                    "nothing has changed\n",
                    seed_, calls, started_, killed_);
        return 0;
    }

private:
    /// A process on each core, and all is as before.
    int round() {
        int processes[most_cores] = {};
        size_t count = 0;
        while (count < core_count_ && left_ > 0) {
            processes[count] = start(cores_[count]);
            if (processes[count++] < 0)
                return report("fuzzcalls", "process");
        }
        for (size_t i = 0; i < count; i++)
            if (!end(processes[i]))
                return exit_failure;
        if (!empty_directory())
            return report("fuzzcalls", fuzz_directory);
        if (const char* what = witness_.changed(); what != nullptr) {
            ant::printf("fuzzcalls: seed %" PRIu64 ": of another process has changed: %s\n", seed_,
                        what);
            return exit_failure;
        }
        return check_standing();
    }

    int start(uint32_t core) {
        const uint64_t count = left_ < calls_of_one ? left_ : calls_of_one;
        left_ -= count;
        const uint64_t values[] = {seed_ + (uint64_t{++started_} << 32), count,
                                   reinterpret_cast<uintptr_t>(witness_.area())};
        char texts[3][24] = {};
        for (size_t i = 0; i < 3; i++)
            format_to(texts[i], "%" PRIu64, values[i]);
        return spawn({{"fuzzcalls", "-s", texts[0], "-n", texts[1], "-w", texts[2]}}, core);
    }

    /// False: it has not ended by itself as it should.
    bool end(int process) {
        // One of three is killed at any time, which may be within a call.
        const bool early = random_.below(3) == 0;
        const bool killed = let_end(process, early ? random_.below(20) * pause_ns : patience_ns);
        killed_ += killed ? 1 : 0;
        int status = 0;
        if (wait(process, &status) < 0) {
            static_cast<void>(report("fuzzcalls", "wait"));
            return false;
        }
        if (status == 0 || (killed && status == 137))
            return true;
        ant::printf("fuzzcalls: seed %" PRIu64 ": process %u ended with status %d\n", seed_,
                    started_, status);
        return false;
    }

    static bool empty_directory() {
        const int process = spawn({{"rm", "-rf", fuzz_directory}});
        int status = 0;
        return process >= 0 && wait(process, &status) >= 0 && status == 0 &&
               ant::mkdir(fuzz_directory, 0700) == 0;
    }

    /// What has been killed is gone when Linux has answered.
    int check_standing() const {
        const uint64_t end = time_ns() + end_ns;
        Standing now = Standing::now();
        while (now != before_ && time_ns() < end) {
            static_cast<void>(sleep_ns(pause_ns));
            now = Standing::now();
        }
        if (now == before_)
            return 0;
        ant::printf("fuzzcalls: seed %" PRIu64 ": before: free ICA %" PRIu64 ", memory %" PRIu64
                    ", %zu processes; now %" PRIu64 ", %" PRIu64 ", %zu\n",
                    seed_, before_.ica, before_.memory, before_.processes, now.ica, now.memory,
                    now.processes);
        return exit_failure;
    }

    uint64_t seed_;
    uint64_t left_;
    Random random_;
    Witness& witness_;
    Standing before_;
    uint32_t cores_[most_cores] = {};
    size_t core_count_ = 0;
    unsigned started_ = 0;
    unsigned killed_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    WorkerSettings settings;
    settings.seed = time_ns() % 1'000'000'000;
    settings.calls = 10'000;
    Options options(argc, argv, "s: n: w:");
    for (int option = options.next(); option != Options::end; option = options.next()) {
        uint64_t* const value = option == 's'   ? &settings.seed
                                : option == 'n' ? &settings.calls
                                : option == 'w' ? &settings.foreign_area
                                                : nullptr;
        if (value == nullptr || !parse_number(options.value(), *value))
            return usage(usage_text);
    }
    if (!options.rest().empty())
        return usage(usage_text);
    if (settings.foreign_area != 0) // one of those that the first process starts
        return fuzz_worker(settings);
    Witness witness; // on the stack, which has space for it
    if (!witness.prepare())
        return report("fuzzcalls", "witness");
    const int status = Run(settings.seed, settings.calls, witness).run();
    witness.remove();
    return status;
}
