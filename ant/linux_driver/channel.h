// SPDX-License-Identifier: GPL-2.0-only
// One core's half of the Linux-cooperation driver: its calls, its two rings, its kept proxies.
#pragma once

#include <antlinux/lca.h>
#include <antlinux/table.h>
#include <cstdint>

#include "kernel/address.h"
#include "kernel/lca_ring.h"
#include "kernel/ready_queue.h"
#include "kernel/result.h"
#include "linux_driver/lca_records.h"
#include "linux_driver/platform.h"

namespace ant {

struct LinuxCounters {
    std::uint64_t calls = 0;   // requests put into the ring, null calls that end proxies included
    std::uint64_t results = 0; // results taken
    std::uint64_t interrupts = 0; // result IPIs taken; several results may share one
    std::uint64_t spurious = 0;   // result IPIs that found nothing
    std::uint64_t refused = 0;    // results that belong to no call, impossible ring counters
    std::uint64_t waits = 0;      // requests that found the ring full and had to wait
};

// Everything here happens on its own core with interrupts off: a process stays on its core, so all
// of its calls go through this one channel, and no lock is needed.
class LinuxChannel {
public:
    constexpr LinuxChannel() = default;

    void attach(LinuxDriverPlatform& platform) { platform_ = &platform; }
    void open(CoreNumber core, antlinux_core_entry& entry, std::uint32_t depth,
              CoreNumber linux_core, Vector doorbell);
    bool is_open() const { return depth_ != 0; }
    void ring_doorbell() { platform_->send_ipi(linux_core_, doorbell_); }

    // See LinuxDriver, which has checked that the LCA lies inside the ICA.
    Result<void> submit(ProcessNumber process, PhysicalAddress address);
    void on_result_interrupt();
    void poll();
    // `linux_is_there`: its module is loaded; without it there are no proxies.
    bool release(ProcessNumber process, PhysicalRange range, bool linux_is_there);

    bool knows_lca_in(PhysicalRange area) { return records_.any_in(area); }

    // Nothing in Linux's hands, nothing waiting.
    bool is_idle() const { return in_flight_ == 0 && waiting_.is_empty(); }
    const LinuxCounters& counters() const { return counters_; }

private:
    using State = LcaRecord::State;

    Result<void> start(LcaRecord& record);
    void start_ending(LcaRecord& record);
    void withdraw(LcaRecord& record);
    Result<void> send(LcaRecord& record);
    bool retry_waiting();

    std::size_t serve();
    std::size_t drain();
    void take_result(std::uint64_t address);
    void finish(LcaRecord& record, Result<void> outcome);
    void ring_went_mad(const char* what);

    LinuxDriverPlatform* platform_ = nullptr;
    CoreNumber core_{};
    CoreNumber linux_core_{};
    Vector doorbell_{};
    std::uint32_t depth_ = 0;
    LcaRingWriter requests_{};
    LcaRingReader results_{};
    std::uint32_t sequence_ = 0;
    std::size_t in_flight_ = 0;
    LcaRecords records_{};
    IntrusiveList<LcaRecord, &LcaRecord::link> waiting_{};
    LinuxCounters counters_{};
    bool reported_madness_ = false; // once, not at every tick
};

} // namespace ant
