// SPDX-License-Identifier: GPL-2.0-only
// The header of the LCA management table (include/antlinux/table.h) and the handshake over it.
#pragma once

#include <antlinux/ring.h>
#include <bit>
#include <cstdint>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

constexpr bool is_ring_depth(std::uint32_t depth) {
    return std::has_single_bit(depth) && depth <= ANTLINUX_MAX_DEPTH;
}

// AnT's half of the table's header.
struct TableHeader {
    std::uint32_t depth = 16; // a power of two up to ANTLINUX_MAX_DEPTH
    std::uint32_t cores = 0;  // bit n: core n is AnT's
    Vector result_vector{};
    std::uint32_t generation = 0; // not 0, and another one at each start of AnT
    PhysicalRange ica{};
};

// Empties the table and publishes the header, the magic number last. EINVAL: the header is wrong.
// The caller then rings Linux's doorbell.
Result<void> publish_table(antlinux_table& table, const TableHeader& header);

enum class Handshake { waiting, done, refused };

struct HandshakeState {
    Handshake state = Handshake::waiting;
    Errno error{}; // why Linux refused
};

// Has Linux answered this generation's header?
HandshakeState handshake_state(const antlinux_table& table, std::uint32_t generation);

} // namespace ant
