// SPDX-License-Identifier: GPL-2.0-only
// The paper's Figs. 7 and 8: many reads or writes of one file, one behind the other or each at a
// random place. The total is timed from after the open to before the close.
#include "bench/programs/cases.h"

#include <ant/lib/fcntl.h>

namespace bench {

namespace {

/// Places for random access, the same for the same seed on both OSes (splitmix64: Steele, Lea,
/// Flood, "Fast splittable pseudorandom number generators", 2014).
class Places {
public:
    Places(size_t count, uint64_t seed) : memory_(count * sizeof(int64_t)), state_(seed) {}

    [[nodiscard]] bool valid() const { return memory_.valid(); }
    /// New places: multiples of `length` at which so many bytes lie inside the file.
    void choose(uint64_t file_bytes, uint64_t length) {
        const uint64_t slots = file_bytes / length;
        for (int64_t& place : all())
            place = static_cast<int64_t>(next() % slots * length);
    }
    [[nodiscard]] std::span<int64_t> all() const {
        return {reinterpret_cast<int64_t*>(memory_.data()), memory_.size() / sizeof(int64_t)};
    }

private:
    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    Buffer memory_;
    uint64_t state_;
};

constexpr Trouble no_memory = "not enough memory";
constexpr Trouble too_short = "the file is too short for these calls";

class Transfer {
public:
    Transfer(const Settings& settings, const Buffer& buffer, Places& places)
        : settings_(settings), buffer_(buffer), places_(places) {}

    /// Opens the file anew and makes all the calls.
    Trouble once(Stopwatch watch) {
        const int flags = settings_.direction == Direction::read ? O_RDONLY : O_WRONLY;
        const int64_t opened = files_.open(settings_.path, flags, 0);
        if (opened < 0)
            return trouble_of(opened);
        descriptor_ = static_cast<int>(opened);
        Trouble trouble = find_places();
        if (trouble == nullptr)
            trouble = transfer(watch);
        const int64_t closed = files_.close(descriptor_);
        return trouble != nullptr ? trouble : trouble_of(closed);
    }

private:
    Trouble find_places() {
        const int64_t bytes = files_.lseek(descriptor_, 0, SEEK_END);
        if (bytes < 0)
            return trouble_of(bytes);
        const uint64_t calls = settings_.mode == Mode::sequential ? settings_.calls : 1;
        if (static_cast<uint64_t>(bytes) / settings_.length < calls)
            return too_short;
        if (settings_.mode == Mode::random)
            places_.choose(static_cast<uint64_t>(bytes), settings_.length);
        return trouble_of(files_.lseek(descriptor_, 0, SEEK_SET));
    }

    Trouble transfer(Stopwatch& watch) {
        const bool random = settings_.mode == Mode::random;
        const bool reads = settings_.direction == Direction::read;
        const auto places = places_.all();
        watch.start();
        for (size_t i = 0; i < settings_.calls; i++) {
            if (random) {
                const int64_t place = files_.lseek(descriptor_, places[i], SEEK_SET);
                watch.lap("lseek");
                if (place < 0)
                    return trouble_of(place);
            }
            const int64_t count = reads ? files_.read(descriptor_, buffer_.data(), buffer_.size())
                                        : files_.write(descriptor_, buffer_.data(), buffer_.size());
            watch.lap(reads ? "read" : "write");
            if (count != static_cast<int64_t>(buffer_.size()))
                return count < 0 ? trouble_of(count) : too_short;
        }
        watch.total();
        return nullptr;
    }

    const Settings& settings_;
    const Buffer& buffer_;
    Places& places_;
    Files files_;
    int descriptor_ = -1;
};

} // namespace

Trouble measure_io(const Settings& settings, Records& records) {
    const Buffer buffer(static_cast<size_t>(settings.length));
    Places places(static_cast<size_t>(settings.calls), settings.seed);
    if (!buffer.valid() || !places.valid())
        return no_memory;
    Transfer transfer(settings, buffer, places);
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = transfer.once(Stopwatch(nullptr, 0)))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = transfer.once(Stopwatch(&records, repeat)))
            return trouble;
    return nullptr;
}

} // namespace bench
