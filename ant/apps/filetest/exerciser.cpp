// SPDX-License-Identifier: GPL-2.0-only
// Operations by Linux's calls, and their answers beside the model's.
#include "exerciser.h"

#include <algorithm>
#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

namespace ant {

namespace {

using Kind = Operation::Kind;

constexpr std::byte guard{0xa5};

bool all_guards(const std::byte* from, const std::byte* to) {
    return std::all_of(from, to, [](std::byte byte) { return byte == guard; });
}

} // namespace

Exerciser::Exerciser(LinuxFiles& files, const char* directory, Options options)
    : files_(files), directory_(directory), survive_(options.survive), model_(options.only_named),
      private_(static_cast<std::byte*>(ant::malloc(buffer_bytes))), ica_(buffer_bytes) {
    std::ranges::fill(descriptors_, -1);
}

Exerciser::~Exerciser() {
    close_all();
    ant::free(private_);
}

Exerciser::Outcome Exerciser::complain(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    BufferSink sink(complaint_);
    vformat(sink, format, arguments);
    va_end(arguments);
    complaint_length_ = sink.text().size();
    return Outcome::differs;
}

std::byte* Exerciser::buffer_of(const Operation& operation) const {
    return (operation.in_ica ? ica_.data() : private_) + guard_bytes + operation.misalignment;
}

const char* Exerciser::full_path(std::span<char> buffer, FilePath path) const {
    char text[8] = {};
    path_text(path, text);
    return format_to(buffer, "%s/%s", directory_, text).data();
}

/// Remembers the descriptor that Linux gave to a slot.
int64_t Exerciser::keep(uint8_t slot, int64_t descriptor) {
    if (descriptor < 0)
        return descriptor;
    doubled_ = std::ranges::find(descriptors_, descriptor) != std::end(descriptors_);
    descriptors_[slot] = static_cast<int>(descriptor);
    return 0;
}

/// As the model has it: a file's size.
int64_t Exerciser::status_of(int64_t result, const antlinux_stat& status) const {
    if (result < 0)
        return result;
    return S_ISDIR(status.mode) ? 0 : static_cast<int64_t>(status.size);
}

int64_t Exerciser::perform(const Operation& operation) {
    const int descriptor = descriptors_[operation.slot];
    std::byte* buffer = buffer_of(operation);
    antlinux_stat status = {};
    switch (operation.kind) {
    case Kind::close: {
        const int64_t result = files_.close(descriptor);
        if (result == 0)
            descriptors_[operation.slot] = -1;
        return result;
    }
    case Kind::dup:
        return keep(operation.other_slot, files_.dup(descriptor));
    case Kind::read:
        return files_.read(descriptor, buffer, operation.length);
    case Kind::write:
        return files_.write(descriptor, buffer, operation.length);
    case Kind::pread:
        return files_.pread(descriptor, buffer, operation.length, operation.offset);
    case Kind::pwrite:
        return files_.pwrite(descriptor, buffer, operation.length, operation.offset);
    case Kind::lseek:
        return files_.lseek(descriptor, operation.offset, static_cast<int>(operation.flags));
    case Kind::ftruncate:
        return files_.make(LinuxNumber::ftruncate, {Descriptor{descriptor}, operation.length});
    case Kind::fsync:
        return files_.make(LinuxNumber::fsync, {Descriptor{descriptor}});
    case Kind::fstat: {
        const int64_t result = files_.fstat(descriptor, status);
        return status_of(result, status);
    }
    default:
        return perform_on_path(operation);
    }
}

int64_t Exerciser::perform_on_path(const Operation& operation) {
    char buffer[path_bytes] = {};
    const char* path = full_path(buffer, operation.path);
    antlinux_stat status = {};
    switch (operation.kind) {
    case Kind::open:
        return keep(operation.slot, files_.open(path, static_cast<int>(operation.flags), 0600));
    case Kind::truncate:
        return files_.make(LinuxNumber::truncate, {Path{path}, operation.length});
    case Kind::rename: {
        char other[path_bytes] = {};
        return files_.make(LinuxNumber::rename,
                           {Path{path}, Path{full_path(other, operation.other_path)}});
    }
    case Kind::unlink:
        return files_.make(LinuxNumber::unlink, {Path{path}});
    case Kind::mkdir:
        return files_.make(LinuxNumber::mkdir, {Path{path}, 0700});
    case Kind::rmdir:
        return files_.make(LinuxNumber::rmdir, {Path{path}});
    case Kind::stat: {
        const int64_t result = files_.stat(path, status);
        return status_of(result, status);
    }
    default:
        return list(path);
    }
}

/// The names in a directory as the model has them: bit n for the name n, bit 0 for any other.
int64_t Exerciser::list(const char* path) {
    const int64_t descriptor = files_.open(path, O_RDONLY | O_DIRECTORY, 0);
    if (descriptor < 0)
        return descriptor;
    int64_t names = 0;
    int64_t count = 0;
    while ((count = files_.getdents64(static_cast<int>(descriptor), private_, 4096)) > 0) {
        for (const std::byte* place = private_; place < private_ + count;) {
            const auto* entry = reinterpret_cast<const DirectoryEntry*>(place);
            const std::string_view name = entry->name;
            const int number = name.size() == 1 ? name[0] - 'a' + 1 : 0;
            if (name != "." && name != "..")
                names |= int64_t{1} << (number > 0 && number <= FilePath::names ? number : 0);
            place += entry->length;
        }
    }
    const int64_t closed = files_.close(static_cast<int>(descriptor));
    return count < 0 ? count : closed < 0 ? closed : names;
}

Exerciser::Outcome Exerciser::step(const Operation& operation) {
    std::byte* buffer = buffer_of(operation);
    if (operation.kind == Kind::write || operation.kind == Kind::pwrite)
        fill_data(buffer, operation.length, operation.seed);
    else if (operation.kind == Kind::read || operation.kind == Kind::pread)
        std::fill_n(buffer - guard_bytes, operation.length + 2 * guard_bytes, guard);
    const int64_t result = perform(operation);
    if (survive_ && is_loss(operation, result))
        return recover(operation, result);
    if (doubled_)
        return complain("Linux gave out a descriptor that is another open file's");
    Expected expected;
    if (!model_.apply(operation, expected))
        return complain("no memory");
    return compare_read(operation, result, expected);
}

Exerciser::Outcome Exerciser::compare_read(const Operation& operation, int64_t result,
                                           const Expected& expected) {
    if (result != expected.result)
        return complain(
            "got %" PRId64 " (%s), expected %" PRId64 " (%s)", result,
            result < 0 ? error_name(static_cast<int>(-result)) : "good", expected.result,
            expected.result < 0 ? error_name(static_cast<int>(-expected.result)) : "good");
    if (operation.kind != Kind::read && operation.kind != Kind::pread)
        return Outcome::same;
    const std::byte* buffer = buffer_of(operation);
    const std::span<const std::byte> data = expected.data;
    const auto different = std::mismatch(data.begin(), data.end(), buffer).first;
    if (different != data.end())
        return complain("byte %td of %zu is %02x, expected %02x", different - data.begin(),
                        data.size(), unsigned(buffer[different - data.begin()]),
                        unsigned(*different));
    if (!all_guards(buffer - guard_bytes, buffer) ||
        !all_guards(buffer + data.size(), buffer + operation.length + guard_bytes))
        return complain("bytes beside the %zu that were read have changed", data.size());
    return Outcome::same;
}

Exerciser::Outcome Exerciser::failure(const char* what, const char* path, int64_t result) {
    static_cast<void>(complain("%s %s: %s", what, path, error_name(static_cast<int>(-result))));
    return survive_ && (result == -EOWNERDEAD || result == -ENXIO) ? Outcome::lost
                                                                   : Outcome::differs;
}

Exerciser::Outcome Exerciser::compare_all(Torn& torn) {
    return compare_directory(directory_, Model::root, 0, torn);
}

/// `directory`: its name's number when it is one of ours; then only files and empty ones are in it.
Exerciser::Outcome Exerciser::compare_directory(const char* path, size_t node, uint8_t directory,
                                                Torn& torn) {
    const int64_t names = list(path);
    if (names < 0)
        return failure("list", path, names);
    if (names != model_.names_in(node))
        return complain("%s has the names %" PRIx64 ", expected %" PRIx64, path, names,
                        model_.names_in(node));
    for (uint8_t name = 1; name <= FilePath::names; name++) {
        const size_t entry = model_.entry(node, name);
        if (entry == Model::nowhere)
            continue;
        char buffer[path_bytes] = {};
        const char* inner = full_path(buffer, {directory, name});
        const bool deeper = model_.is_directory(entry) && directory == 0;
        const Outcome outcome =
            deeper ? compare_directory(inner, entry, name, torn) : compare_file(inner, entry, torn);
        if (outcome != Outcome::same)
            return outcome;
    }
    return Outcome::same;
}

Exerciser::Outcome Exerciser::compare_file(const char* path, size_t node, Torn& torn) {
    antlinux_stat status = {};
    const int64_t result = files_.stat(path, status);
    if (result < 0)
        return failure("stat", path, result);
    if (S_ISDIR(status.mode) != model_.is_directory(node))
        return complain("%s is%s a directory", path, S_ISDIR(status.mode) ? "" : " not");
    if (model_.is_directory(node))
        return Outcome::same;
    const auto size = static_cast<size_t>(status.size);
    if (node == torn.node && size >= torn.old_size && size <= torn.start + torn.length) {
        if (!model_.resize(node, size))
            return complain("no memory");
    }
    if (size != model_.content(node).size())
        return complain("%s has %zu bytes, expected %zu", path, size, model_.content(node).size());
    const int64_t descriptor = files_.open(path, O_RDONLY, 0);
    if (descriptor < 0)
        return failure("open", path, descriptor);
    const Outcome outcome = compare_content(path, static_cast<int>(descriptor), node, torn);
    const int64_t closed = files_.close(static_cast<int>(descriptor));
    return outcome == Outcome::same && closed < 0 ? failure("close", path, closed) : outcome;
}

/// Where a write was torn, each byte may be the old one or the new one; the model takes it over.
Exerciser::Outcome Exerciser::compare_content(const char* path, int descriptor, size_t node,
                                              Torn& torn) {
    const std::span<std::byte> content = model_.content(node);
    const std::byte* read = ica_.data();
    for (size_t done = 0; done < content.size();) {
        const int64_t count = files_.read(descriptor, ica_.data(), ica_.size());
        if (count < 0)
            return failure("read", path, count);
        if (count == 0 || static_cast<size_t>(count) > content.size() - done)
            return complain("%s ends elsewhere than its size says", path);
        for (size_t i = 0; i < static_cast<size_t>(count); i++) {
            std::byte& ours = content[done + i];
            if (read[i] == ours)
                continue;
            const size_t place = done + i - torn.start; // wraps to a huge one before the start
            std::byte written{};
            if (node == torn.node && place < torn.length)
                fill_data(&written, 1, torn.seed, torn.seed_start + place);
            if (node != torn.node || place >= torn.length || read[i] != written)
                return complain("%s: byte %zu is %02x, expected %02x", path, done + i,
                                unsigned(read[i]), unsigned(ours));
            ours = written;
        }
        done += static_cast<size_t>(count);
    }
    return Outcome::same;
}

} // namespace ant
