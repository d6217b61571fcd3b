// SPDX-License-Identifier: GPL-2.0-only
// Begins, repetitions, and going on after the death of a proxy.
#include "exerciser.h"

#include <algorithm>
#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/process.h>
#include <utility>

namespace ant {

using Kind = Operation::Kind;

void Exerciser::close_all() {
    model_.close_all();
    for (int& descriptor : descriptors_) {
        if (descriptor >= 0)
            static_cast<void>(files_.close(descriptor)); // what the file has is compared
        descriptor = -1;
    }
}

/// `path` has space for the names below it. 0 or minus an errno.
int64_t Exerciser::remove_below(char* path, size_t length) {
    const int64_t names = list(path);
    if (names < 0 || (names & 1) != 0)
        return names < 0 ? names : -ENOTEMPTY; // somebody else's
    for (uint8_t name = 1; name <= FilePath::names; name++) {
        if ((names & (int64_t{1} << name)) == 0)
            continue;
        format_to({path + length, path_bytes - length}, "/%c", 'a' + name - 1);
        int64_t result = files_.make(LinuxNumber::unlink, {Path{path}});
        if (result == -EISDIR) {
            result = remove_below(path, length + 2);
            if (result == 0)
                result = files_.make(LinuxNumber::rmdir, {Path{path}});
        }
        path[length] = '\0';
        if (result < 0)
            return result;
    }
    return 0;
}

Exerciser::Outcome Exerciser::begin_once(Torn&) {
    char path[path_bytes] = {};
    const size_t length = format_to(path, "%s", directory_).size();
    const int64_t result = remove_below(path, length);
    return result == 0 ? Outcome::same : failure("remove", path, result);
}

Exerciser::Outcome Exerciser::begin() {
    close_all();
    model_.clear();
    doubled_ = false;
    Torn none;
    return patiently(&Exerciser::begin_once, none);
}

Exerciser::Outcome Exerciser::verify() {
    Torn none;
    return patiently(&Exerciser::compare_all, none);
}

Exerciser::Outcome Exerciser::replay(std::span<const Operation> operations) {
    if (begin() != Outcome::same)
        return Outcome::differs;
    for (const Operation& operation : operations)
        if (model_.knows(operation) && step(operation) == Outcome::differs)
            return Outcome::differs;
    return verify();
}

Exerciser::Outcome Exerciser::resume(std::span<const Operation> done,
                                     std::span<const Operation> begun) {
    close_all();
    model_.clear();
    doubled_ = false;
    Expected expected;
    for (const Operation& operation : done)
        if (!model_.apply(operation, expected))
            return complain("no memory");
    if (!begun.empty())
        return recover(begun.front(), -EOWNERDEAD);
    model_.close_all();
    return verify();
}

/// A check that a death has come into is made again, when the next proxy is there.
Exerciser::Outcome Exerciser::patiently(Outcome (Exerciser::*check)(Torn&), Torn& torn) {
    constexpr int most = 200;
    constexpr uint64_t pause = 50'000'000;
    Outcome outcome = (this->*check)(torn);
    for (int tries = 0; outcome == Outcome::lost && tries < most; tries++) {
        static_cast<void>(sleep_ns(pause));
        outcome = (this->*check)(torn);
    }
    return outcome == Outcome::lost ? Outcome::differs : outcome; // with the last complaint
}

/// Whether the proxy that had the open files is gone, or there was none for too long.
bool Exerciser::is_loss(const Operation& operation, int64_t result) {
    if (result == -EOWNERDEAD || result == -ENXIO)
        return true;
    // A transfer of several calls ends with what was done before the death.
    return result > 0 && result < operation.length && !operation.in_ica &&
           result % int64_t{LinuxFiles::bounce_bytes} == 0 && !model_.refuses(operation);
}

/// What of the file a write may have reached beyond what was acknowledged.
Exerciser::Torn Exerciser::torn_by(const Operation& operation, int64_t result) {
    if ((operation.kind != Kind::write && operation.kind != Kind::pwrite) ||
        model_.refuses(operation) || operation.offset < 0)
        return {};
    const size_t node = model_.file_of(operation.slot);
    const auto start = static_cast<size_t>(model_.write_offset(operation));
    Expected acknowledged;
    if (result > 0) {
        Operation first = operation;
        first.length = static_cast<uint32_t>(result);
        static_cast<void>(model_.apply(first, acknowledged));
    }
    const auto done = static_cast<size_t>(std::max(result, int64_t{0}));
    return {node,           start + done, operation.length - done,
            operation.seed, done,         model_.content(node).size()};
}

/// All descriptors are given up. The interrupted operation was carried out or was not (a write: in
/// part); everything before it was acknowledged and must be there.
Exerciser::Outcome Exerciser::recover(const Operation& operation, int64_t result) {
    lost_++;
    for (int& descriptor : descriptors_)
        if (descriptor >= 0)
            static_cast<void>(files_.close(std::exchange(descriptor, -1)));
    Torn torn = torn_by(operation, result);
    Outcome outcome = patiently(&Exerciser::compare_all, torn);
    Expected expected;
    if (outcome == Outcome::differs && torn.node == Model::nowhere &&
        model_.apply(operation, expected))
        outcome = patiently(&Exerciser::compare_all, torn);
    model_.close_all();
    return outcome;
}

} // namespace ant
