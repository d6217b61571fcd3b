// SPDX-License-Identifier: GPL-2.0-only
// The proxy management table: which LCA has a proxy (paper section 3.3.3).
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <span>

#include "userland/common/device.h"
#include "userland/common/errno.h"

namespace antlinux {

// Lives in memory that the parent shares with its proxies: the parent fills a slot, and a proxy
// that will not be continued empties its own before it answers, so that the next request on
// its LCA gets a new one. A proxy that was killed leaves its slot behind; the driver knows that
// it is gone (ANT_WAKE: ESRCH), and sweep() finds the others.
class ProxyTable {
public:
    // On a cache line of its own, since several processes write here.
    struct alignas(64) Slot {
        std::atomic<antlinux_u64> raddr; // 0: free
        std::atomic<pid_t> pid;

        void release() { raddr.store(0, std::memory_order_release); }
    };

    static Result<ProxyTable> create(std::size_t slots);
    ProxyTable(ProxyTable&& other) noexcept;
    ProxyTable& operator=(ProxyTable&&) = delete;
    ProxyTable(const ProxyTable&) = delete;
    ProxyTable& operator=(const ProxyTable&) = delete;
    ~ProxyTable();

    // The slot of this LCA's proxy, or nullptr.
    Slot* find(PhysicalAddress lca);
    // A free slot, now this LCA's; nullptr: all are taken.
    Slot* claim(PhysicalAddress lca);
    // Frees the slots whose process is_alive() does not know.
    void sweep(bool (*is_alive)(pid_t));
    void clear();

    std::size_t size() const { return slots_.size(); }

private:
    explicit ProxyTable(std::span<Slot> slots) : slots_(slots) {}

    std::span<Slot> slots_;
    std::size_t used_ = 0; // slots above were never taken: nothing to search there
};

static_assert(std::atomic<antlinux_u64>::is_always_lock_free, "shared between processes");

} // namespace antlinux
