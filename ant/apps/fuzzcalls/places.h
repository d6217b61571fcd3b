// SPDX-License-Identifier: GPL-2.0-only
// Memory that random calls name: the worker's own, and every kind that is not.
#ifndef ANT_APPS_FUZZCALLS_PLACES_H
#define ANT_APPS_FUZZCALLS_PLACES_H

#include <ant/apps/common/random.h>
#include <cstddef>
#include <cstdint>

namespace ant {

class Places {
public:
    static constexpr size_t area_count = 3;
    static constexpr size_t area_bytes = size_t{3} * 4096;
    static constexpr size_t private_bytes = size_t{2} * 4096;

    Places(Random& random, uint64_t foreign_area) : random_(random), foreign_(foreign_area) {}

    /// Gets the worker's own memory. False: there is none.
    [[nodiscard]] bool prepare();

    [[nodiscard]] uintptr_t area(size_t index) const { return areas_[index]; }
    [[nodiscard]] bool is_own_area(uintptr_t address) const;
    [[nodiscard]] std::byte* private_memory() const { return private_; }

    /// In the ICA areas of the worker: anywhere, often so that little is left behind it.
    [[nodiscard]] uintptr_t own();
    /// As Linux sees it: nothing there may be read or written for the worker.
    [[nodiscard]] uint64_t foreign();
    /// For AnT's kernel: memory that it may write to, or must refuse. Nothing that the worker
    /// itself needs, so that it can be told from a worker that was damaged by others.
    [[nodiscard]] uintptr_t any();

    /// A length that fits, almost fits, or is impossible.
    [[nodiscard]] uint32_t length();
    /// Any number; small ones, and those where signs and widths change, more often.
    [[nodiscard]] uint64_t number();

private:
    [[nodiscard]] bool is_needed(uintptr_t address) const;

    Random& random_;
    uint64_t foreign_;
    uintptr_t areas_[area_count] = {};
    std::byte* private_ = nullptr;
    uint64_t region_base_ = 0;
    uint64_t ica_base_ = 0;
    uint64_t ica_size_ = 0;
};

} // namespace ant

#endif
