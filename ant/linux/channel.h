// SPDX-License-Identifier: GPL-2.0-only
// One core's half of the Linux-cooperation driver: its calls, its two rings, its kept proxies.
#pragma once

#include <antlinux/lca.h>
#include <antlinux/ring.h>
#include <cstdint>
#include <optional>

#include "ant/base/address.h"
#include "ant/base/list.h"
#include "ant/base/result.h"
#include "ant/linux/lca_records.h"
#include "ant/linux/observe.h"
#include "ant/linux/port.h"

namespace ant {

// Will the way of this call be recorded (<antlinux/observe/trace.h>)?
enum class Traced : bool { no, yes };

struct CallOnLinux {
    std::uint32_t number = 0;  // Linux's
    std::uint64_t started = 0; // time stamp counter
};

// All functions but call_of() run on the channel's own core, with interrupts off. A process stays
// on its core, so all of its calls go through this one channel, and no lock is needed.
class LinuxChannel {
public:
    constexpr LinuxChannel() = default;

    void open(CoreNumber core, antlinux_core_entry& entry, antlinux_core_counters& counters,
              std::uint32_t depth, CoreNumber linux_core, Vector doorbell);
    bool is_open() const { return depth_ != 0; }
    void ring_doorbell() { port::send_ipi(linux_core_, doorbell_); }

    // See LinuxDriver, which has checked that the LCA lies inside the ICA.
    Result<void> submit(Process& process, PhysicalAddress address, std::uint32_t limit,
                        Traced traced);
    void on_result_interrupt();
    void poll();
    // `linux_is_there`: Linux's module is loaded. Without it there are no proxies.
    bool release(Process& process, PhysicalRange range, bool linux_is_there);
    void cancel(Process& process);

    bool knows_lca_in(PhysicalRange area) { return records_.any_in(area); }

    // The process's call that Linux has, or is to give up.
    std::optional<CallOnLinux> call_of(const Process& process) const;

    // Linux has no call of this core's, and none waits to be sent.
    bool is_idle() const { return in_flight_ == 0 && waiting_.is_empty(); }
    // nullptr before open().
    const antlinux_core_counters* counters() const { return counters_; }

private:
    using State = LcaRecord::State;
    using Waiting = IntrusiveList<LcaRecord, &LcaRecord::link>;

    Result<void> start(LcaRecord& record);
    void end(LcaRecord& record);
    void withdraw(LcaRecord& record);
    Result<void> send(LcaRecord& record);
    bool retry_waiting();
    void interrupt_late();

    std::size_t serve();
    std::size_t drain();
    bool holds_next_result();
    void take_result(std::uint64_t entry);
    void take_end(LcaRecord& record);
    void finish(LcaRecord& record, Result<void> outcome);
    void give_up(LcaRecord& record, Result<void> outcome);
    void end_limit(LcaRecord& record);
    void ring_is_corrupt(const char* what);

    CoreNumber core_{};
    CoreNumber linux_core_{};
    Vector doorbell_{};
    std::uint32_t depth_ = 0;
    antlinux_core_entry* rings_ = nullptr;
    std::uint32_t request_head_ = 0; // our own counters (<antlinux/ring.h>)
    std::uint32_t result_tail_ = 0;
    std::uint32_t sequence_ = 0;
    std::size_t in_flight_ = 0; // LCAs of which Linux has to answer something
    std::size_t limited_ = 0;   // calls with a deadline that has not come
    LcaRecords records_{};
    Waiting waiting_{};
    antlinux_core_counters* counters_ = nullptr;
    CallCounters finished_{};
    bool reported_corrupt_ = false; // once, not at every tick
};

} // namespace ant
