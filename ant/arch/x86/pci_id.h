// SPDX-License-Identifier: GPL-2.0-only
// What a PCI function is: the IDs of its vendor and of the device.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace ant {

struct PciId {
    std::uint16_t vendor = 0;
    std::uint16_t device = 0;
    friend constexpr bool operator==(const PciId&, const PciId&) = default;
};

class PciIdList {
public:
    static constexpr std::uint32_t capacity = 16;

    constexpr std::span<const PciId> ids() const { return {ids_.data(), size_}; }
    constexpr bool contains(PciId id) const { return std::ranges::find(ids(), id) != ids().end(); }
    [[nodiscard]] constexpr bool add(PciId id) {
        if (size_ == capacity)
            return false;
        ids_[size_++] = id;
        return true;
    }

private:
    std::array<PciId, capacity> ids_{};
    std::uint32_t size_ = 0;
};

} // namespace ant
