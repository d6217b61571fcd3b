// SPDX-License-Identifier: GPL-2.0-only
// The proxy management table in memory shared with the proxies.
#include "userland/parent/proxy_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace antlinux {

Result<ProxyTable> ProxyTable::create(std::size_t slots) {
    void* memory = ::mmap(nullptr, slots * sizeof(Slot), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return last_errno();
    return ProxyTable(std::span(static_cast<Slot*>(memory), slots));
}

ProxyTable::ProxyTable(ProxyTable&& other) noexcept
    : slots_(std::exchange(other.slots_, {})), used_(other.used_) {}

ProxyTable::~ProxyTable() {
    if (!slots_.empty())
        static_cast<void>(::munmap(slots_.data(), slots_.size_bytes()));
}

ProxyTable::Slot* ProxyTable::find(PhysicalAddress lca) {
    if (number(lca) == 0)
        return nullptr; // no LCA: the mark of a free slot
    for (Slot& slot : slots_.first(used_))
        if (slot.raddr.load(std::memory_order_acquire) == number(lca))
            return &slot;
    return nullptr;
}

ProxyTable::Slot* ProxyTable::claim(PhysicalAddress lca) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        if (slot.raddr.load(std::memory_order_acquire) != 0)
            continue;
        slot.pid.store(0, std::memory_order_relaxed);
        slot.raddr.store(number(lca), std::memory_order_release);
        used_ = std::max(used_, i + 1);
        return &slot;
    }
    return nullptr;
}

void ProxyTable::sweep(bool (*is_alive)(pid_t)) {
    for (Slot& slot : slots_.first(used_))
        if (slot.raddr.load(std::memory_order_acquire) != 0 &&
            !is_alive(slot.pid.load(std::memory_order_relaxed)))
            slot.release();
}

void ProxyTable::clear() {
    for (Slot& slot : slots_.first(used_))
        slot.release();
    used_ = 0;
}

} // namespace antlinux
