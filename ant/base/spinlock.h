// SPDX-License-Identifier: GPL-2.0-only
// A ticket lock between AnT's cores: first come, first served.
#pragma once

#include <atomic>
#include <cstdint>

namespace ant {

// `Relax` is called in the wait loop: the kernel's executes PAUSE, which tells the processor (and a
// hypervisor) that this is a spin-wait (SDM vol. 3, 9.10.6.1); a unit test's yields the thread.
//
// AnT's kernel runs with interrupts off, so no interrupt handler can come between lock and unlock
// on one core, and the lock need not save the interrupt flag.
template<void (*Relax)()> class TicketLock {
public:
    constexpr TicketLock() = default;
    ~TicketLock() = default;
    TicketLock(const TicketLock&) = delete;
    TicketLock& operator=(const TicketLock&) = delete;

    void lock() {
        const std::uint32_t ticket = next_.fetch_add(1, std::memory_order_relaxed);
        while (serving_.load(std::memory_order_acquire) != ticket)
            Relax();
    }

    void unlock() {
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

private:
    std::atomic<std::uint32_t> next_{0};
    std::atomic<std::uint32_t> serving_{0};
};

// Where there is only one core that can come: the same interface, no work.
struct NoLock {
    void lock() {}
    void unlock() {}
};

template<typename Lock> class [[nodiscard]] LockGuard {
public:
    explicit LockGuard(Lock& lock) : lock_(lock) { lock_.lock(); }
    ~LockGuard() { lock_.unlock(); }
    LockGuard(const LockGuard&) = delete;
    LockGuard& operator=(const LockGuard&) = delete;

private:
    Lock& lock_;
};

} // namespace ant
