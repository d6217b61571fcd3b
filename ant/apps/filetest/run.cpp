// SPDX-License-Identifier: GPL-2.0-only
// See run.h.
#include "run.h"

#include "generator.h"
#include "shrink.h"

#include <algorithm>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/sha256.h>
#include <antlinux/ring.h>

namespace ant {

namespace {

constexpr unsigned shrink_replays = 1500;
constexpr size_t shown_when_killed = 30;

constinit Operation scratch[Journal::round_operations]; // not on the stack, which is small

/// What was written before is there when this is.
void put(uint32_t& word, uint32_t value) { antlinux_store_release(&word, value); }

void print_operations(std::span<const Operation> operations) {
    char text[operation_text_bytes] = {};
    for (const Operation& operation : operations)
        ant::printf("%s\n", operation_text(operation, text).data());
}

} // namespace

int Run::run() {
    const uint64_t end = time_ns() + settings_.seconds * 1'000'000'000;
    if (journal_.is_round != 0 && !check_what_is_there())
        return exit_failure;
    do {
        // A seed for each round, so that the one which fails can be had by itself.
        const uint64_t seed = settings_.seed + journal_.rounds;
        const uint64_t left = settings_.operations - made();
        if (!round(seed, std::min<uint64_t>(left, Journal::round_operations), end))
            return exit_failure;
    } while (made() < settings_.operations && time_ns() < end);
    if (settings_.checksums)
        print_checksums(Model::root, 0);
    ant::printf("filetest: %s: seed %" PRIu64 ": %" PRIu64 " operations in %" PRIu64 " rounds",
                settings_.directory, settings_.seed, made(), journal_.rounds);
    if (settings_.options.survive)
        ant::printf(", proxies lost: %u", unsigned{journal_.proxies_lost});
    if (settings_.killed)
        ant::printf(", processes lost: %u", unsigned{journal_.processes_lost});
    ant::printf(", all as expected\n");
    return 0;
}

/// The process that made this round is dead: what Linux acknowledged to it must be there.
bool Run::check_what_is_there() {
    const std::span<Operation> begun(journal_.operations, journal_.begun);
    if (exerciser_.resume(begun.first(journal_.done), begun.subspan(journal_.done)) !=
        Exerciser::Outcome::differs)
        return true;
    ant::printf("filetest: of a process that was killed:\n");
    report_mismatch(settings_.seed + journal_.rounds - 1, begun);
    return false;
}

bool Run::round(uint64_t seed, uint64_t count, uint64_t end) {
    put(journal_.is_round, 0);
    journal_.earlier = made();
    put(journal_.begun, 0);
    put(journal_.done, 0);
    journal_.rounds++;
    Random random(seed);
    Exerciser::Outcome outcome = exerciser_.begin();
    put(journal_.is_round, 1);
    while (journal_.begun < count && outcome != Exerciser::Outcome::differs && time_ns() < end) {
        const Operation operation = random_operation(random, exerciser_.model());
        if (!exerciser_.model().knows(operation))
            continue;
        journal_.operations[journal_.begun] = operation;
        put(journal_.begun, journal_.begun + 1);
        const unsigned lost = exerciser_.lost();
        outcome = exerciser_.step(operation);
        if (exerciser_.lost() != lost) {
            journal_.proxies_lost++;
            // The journal does not tell what a torn operation has left.
            if (settings_.killed)
                break;
        }
        put(journal_.done, journal_.begun);
    }
    if (outcome != Exerciser::Outcome::differs)
        outcome = exerciser_.verify();
    if (outcome != Exerciser::Outcome::differs)
        return true;
    report_mismatch(seed, {journal_.operations, journal_.begun});
    return false;
}

void Run::report_mismatch(uint64_t seed, std::span<Operation> operations) {
    ant::printf("filetest: %s: MISMATCH with -s %" PRIu64 " -n %zu\n", settings_.directory, seed,
                operations.size());
    if (!operations.empty()) {
        char text[operation_text_bytes] = {};
        ant::printf("filetest: in or after: %s\n", operation_text(operations.back(), text).data());
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

void Run::print_complaint() const {
    const std::string_view text = exerciser_.complaint();
    ant::printf("filetest: %.*s\n", static_cast<int>(text.size()), text.data());
}

void Run::print_checksums(size_t directory, uint8_t number) const {
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

} // namespace ant
