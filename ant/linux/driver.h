// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver (paper 3.3.2, 3.3.4): linux_call's way to Linux and back.
#pragma once

#include <antlinux/table.h>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "ant/base/address.h"
#include "ant/base/result.h"
#include "ant/linux/channel.h"
#include "ant/linux/port.h"
#include "ant/linux/table.h"

namespace ant {

struct LinuxDriverSettings {
    TableHeader header{};
    CoreNumber linux_core{};
    Vector linux_vector{};   // an IPI from AnT's core n has vector linux_vector + n
    CoreNumber first_core{}; // rings Linux's doorbell for the handshake
};

// One object serves all of AnT's cores, the m-kernel's and the p-kernels'. initialise() runs on the
// first core. Until it is through, the other cores find nothing to do. From then on each core
// touches only its own channel, so the cores need no lock. Without initialise() AnT runs alone, and
// every call fails with ENXIO.
class LinuxDriver {
public:
    constexpr LinuxDriver() = default;

    // Publishes the LCA management table and rings Linux. EINVAL: impossible settings. From now on
    // the cores count in `counters`, which the caller publishes.
    Result<void> initialise(antlinux_table& table, antlinux_counters& counters,
                            const LinuxDriverSettings& settings);

    // Ok: Linux has answered. ENXIO: not (yet), or AnT runs alone. Else why Linux refused.
    Result<void> handshake() const;

    // linux_call(): hands the LCA at this physical address to Linux for the process, which runs on
    // `core`. Ok: the process must block until call_finished(). After an error nothing was done:
    //   ENXIO   no handshake         EINVAL  unaligned, not an LCA, unknown cflag
    //   EFAULT  outside the ICA or not the process's        EBUSY  in use already
    //   EMFILE  the process keeps too many proxies          ENFILE the core's processes do
    // `limit`: after so many milliseconds the call is interrupted, and its retval is -ETIMEDOUT
    // unless Linux has something better to tell; 0: never.
    // A recorded call leaves a stamp at each stop of its way; the caller ends it with
    // end_recorded_call().
    Result<void> submit(CoreNumber core, Process& process, PhysicalAddress lca,
                        std::uint32_t limit = 0, Traced traced = Traced::no);

    // The handler of the result vector. Takes all results that are there, since IPIs may merge.
    void on_result_interrupt(CoreNumber core);

    // From the timer tick: takes results, sends requests that waited for space in the ring, and
    // interrupts calls whose time is over. Cheap when there is nothing to do.
    void poll(CoreNumber core);

    // The process is killed: Linux gives up the call that it waits for, wherever that is. It goes
    // on when Linux uses none of its memory any more: port::call_finished() or port::released().
    void cancel(CoreNumber core, Process& process);

    // The process has ended and must not call again: takes its LCAs back from Linux, which ends
    // their proxies. True: done, and the process's ICA may be freed. False: port::released() will
    // tell.
    [[nodiscard]] bool end_process(CoreNumber core, Process& process);

    // The same for the LCAs in one ICA area that the process is about to unmap.
    [[nodiscard]] bool release(CoreNumber core, Process& process, PhysicalRange area);

    // Does Linux know an LCA of this core's processes there, or will it soon?
    bool knows_lca_in(CoreNumber core, PhysicalRange area) {
        return table() != nullptr && channel(core).knows_lca_in(area);
    }

    // For people, from any core: what it tells may be over already.
    std::optional<CallOnLinux> call_of(CoreNumber core, const Process& process) const {
        if (table() == nullptr)
            return {};
        return channels_[core.value()].call_of(process);
    }

    // nullptr: AnT runs alone, or not on that core.
    const antlinux_core_counters* counters(CoreNumber core) const {
        ASSERT(core.value() < channels_.size());
        return channels_[core.value()].counters();
    }

private:
    const antlinux_table* table() const { return table_.load(std::memory_order_acquire); }
    LinuxChannel& channel(CoreNumber core);

    // None: AnT runs alone, or initialise() is not through. The other cores look at each tick.
    std::atomic<const antlinux_table*> table_{nullptr};
    std::uint32_t generation_ = 0;
    PhysicalRange ica_{};
    std::array<LinuxChannel, ANTLINUX_MAX_CORES> channels_{};
};

} // namespace ant
