// SPDX-License-Identifier: GPL-2.0-only
// See places.h.
#include "places.h"

#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/system_call.h>

namespace ant {

bool Places::prepare() {
    for (uintptr_t& area : areas_)
        area = address_of(ica_alloc(area_bytes));
    const intptr_t memory = system_call<SystemCall::memory_map>(private_bytes);
    ant_memory_info info = {};
    if (is_error(memory) || memory_info(&info) != 0)
        return false;
    private_ = reinterpret_cast<std::byte*>(memory);
    region_base_ = info.region_base;
    ica_base_ = info.ica_base;
    ica_size_ = info.ica_size;
    for (const uintptr_t area : areas_)
        if (area == 0)
            return false;
    return true;
}

bool Places::is_own_area(uintptr_t address) const {
    for (const uintptr_t area : areas_)
        if (address - area < area_bytes)
            return true;
    return false;
}

uintptr_t Places::own() {
    const uintptr_t area = areas_[random_.below(area_count)];
    switch (random_.below(4)) {
    case 0:
        return area;
    case 1:
        return area + area_bytes - 1 - random_.below(256);
    case 2:
        return area + random_.below(area_bytes);
    default:
        return area + random_.below(area_bytes / 64) * 64;
    }
}

uint64_t Places::foreign() {
    switch (random_.below(10)) {
    case 0:
        return foreign_ + random_.below(area_bytes);
    case 1: // its last bytes belong to somebody else, or to nobody
        return foreign_ - random_.below(128);
    case 2:
        return ica_base_ + random_.next() % ica_size_;
    case 3:
        return ica_base_ + ica_size_ - random_.below(256);
    case 4:
        return region_base_ + random_.below(4u << 20); // the table, then AnT's kernel
    case 5:
        return random_.below(64u << 20); // Linux's
    case 6:
        return address_of(private_) + random_.below(private_bytes);
    case 7:
        return 0xffffffff81000000 + random_.below(16u << 20); // Linux's kernel, as it sees itself
    case 8:
        return own() + (uint64_t{1 + random_.below(7)} << 32);
    default:
        return number();
    }
}

/// The program's own code and data, and the upper half of its stack.
bool Places::is_needed(uintptr_t address) const {
    constexpr uintptr_t longest = size_t{1} << 20; // bytes that one call writes
    const bool in_program = address < ANT_USER_HEAP && address > ANT_USER_BASE - longest;
    const bool in_stack =
        address < ANT_USER_END && address > ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE / 2 - longest;
    return in_program || in_stack;
}

uintptr_t Places::any() {
    switch (random_.below(8)) {
    case 0:
    case 1:
    case 2:
        return address_of(private_) + random_.below(private_bytes);
    case 3:
        return own();
    case 4: // the first page, and what lies at the end of all addresses
        return random_.below(8192) - uintptr_t{4096};
    case 5:
        return ANT_USER_END + random_.below(1u << 30);
    default:
        const auto address =
            static_cast<uintptr_t>(random_.below(2) == 0 ? foreign() : random_.next() >> 32);
        return is_needed(address) ? ANT_USER_END : address;
    }
}

uint32_t Places::length() {
    switch (random_.below(5)) {
    case 0:
        return random_.below(16);
    case 1:
        return random_.below(area_bytes + 2);
    case 2:
        return uint32_t{1} << random_.below(32);
    case 3:
        return ~uint32_t{0} - random_.below(8192);
    default:
        return random_.below(512);
    }
}

uint64_t Places::number() {
    const uint64_t bit = uint64_t{1} << random_.below(64);
    switch (random_.below(5)) {
    case 0:
        return random_.below(8);
    case 1:
        return bit - random_.below(2);
    case 2:
        return 0 - bit;
    case 3:
        return random_.below(1u << 16);
    default:
        return random_.next();
    }
}

} // namespace ant
