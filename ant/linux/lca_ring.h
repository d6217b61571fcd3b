// SPDX-License-Identifier: GPL-2.0-only
// AnT's side of the LCA management table (include/antlinux/table.h): header, rings, distrust.
#pragma once

#include <antlinux/table.h>
#include <bit>
#include <cstdint>
#include <optional>

#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant {

// The table lies in memory that Linux writes at the same time. Each field that one OS stores and
// the other reads goes through an acquire/release pair: what was written before the release is seen
// after the acquire. (x86 keeps that order by itself, SDM vol. 3, 8.2.2; it is the compiler that
// must be told.)
template<typename T> T load_acquire(const T& shared) {
    return __atomic_load_n(&shared, __ATOMIC_ACQUIRE);
}
template<typename T> void store_release(T& shared, T value) {
    __atomic_store_n(&shared, value, __ATOMIC_RELEASE);
}

constexpr bool is_ring_depth(std::uint32_t depth) {
    return std::has_single_bit(depth) && depth <= ANTLINUX_MAX_DEPTH;
}

// Both ends keep their own counter here, in private memory, and only publish it: a peer that
// overwrites it in the table harms nobody but itself. EPROTO: the peer's counter is impossible.

// Puts addresses into a ring: a core's request side.
class LcaRingWriter {
public:
    constexpr LcaRingWriter() = default;
    LcaRingWriter(antlinux_ring& ring, std::uint32_t depth, std::uint32_t start = 0)
        : ring_(&ring), depth_(depth), head_(start) {
        ASSERT(is_ring_depth(depth));
    }

    // EAGAIN: full; EPROTO: the reader has gone mad.
    Result<void> put(std::uint64_t address) {
        const std::uint32_t fill = head_ - load_acquire(ring_->tail);
        if (fill > depth_)
            return Errno::eproto;
        if (fill == depth_)
            return Errno::eagain;
        entry(head_) = address;
        store_release(ring_->head, ++head_);
        return {};
    }

private:
    // Accessed once, but not in one piece: the counters say when an entry is complete.
    volatile std::uint64_t& entry(std::uint32_t counter) {
        return ring_->lca[counter & (depth_ - 1)];
    }

    antlinux_ring* ring_ = nullptr;
    std::uint32_t depth_ = 0;
    std::uint32_t head_ = 0;
};

// Takes addresses out of a ring: a core's result side.
class LcaRingReader {
public:
    constexpr LcaRingReader() = default;
    LcaRingReader(antlinux_ring& ring, std::uint32_t depth, std::uint32_t start = 0)
        : ring_(&ring), depth_(depth), tail_(start) {
        ASSERT(is_ring_depth(depth));
    }

    // Nothing: empty; EPROTO: the writer has gone mad.
    Result<std::optional<std::uint64_t>> take() {
        const std::uint32_t fill = load_acquire(ring_->head) - tail_;
        if (fill > depth_)
            return Errno::eproto;
        if (fill == 0)
            return std::optional<std::uint64_t>{};
        const std::uint64_t address = entry(tail_);
        store_release(ring_->tail, ++tail_);
        return std::optional{address};
    }

private:
    volatile std::uint64_t& entry(std::uint32_t counter) {
        return ring_->lca[counter & (depth_ - 1)];
    }

    antlinux_ring* ring_ = nullptr;
    std::uint32_t depth_ = 0;
    std::uint32_t tail_ = 0;
};

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
