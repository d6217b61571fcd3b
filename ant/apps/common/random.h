// SPDX-License-Identifier: GPL-2.0-only
// Random numbers that a seed repeats.
#ifndef ANT_APPS_COMMON_RANDOM_H
#define ANT_APPS_COMMON_RANDOM_H

#include <cstdint>

namespace ant {

/// splitmix64 (Steele, Lea, Flood): the same numbers for the same seed on every machine.
class Random {
public:
    explicit constexpr Random(uint64_t seed) : state_(seed) {}

    constexpr uint64_t next() {
        uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// 0 .. bound - 1.
    constexpr uint32_t below(uint32_t bound) {
        return static_cast<uint32_t>(((next() >> 32) * bound) >> 32);
    }

private:
    uint64_t state_;
};

} // namespace ant

#endif
