// SPDX-License-Identifier: GPL-2.0-only
// The LCAs of one core that Linux knows of, and what AnT remembers about each.
#pragma once

#include <antlinux/lca.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ant/base/address.h"
#include "ant/base/list.h"
#include "ant/base/result.h"
#include "ant/base/time.h"

namespace ant {

struct Process;

// An LCA that Linux knows of, or soon will: from the first call until its proxy has ended.
struct LcaRecord {
    enum class State : std::uint8_t {
        unused,
        kept,      // no call; a proxy of Linux sleeps on it (continue function)
        waiting,   // a request that found the ring full
        in_flight, // in Linux's hands
        ending,    // being taken back from Linux: ANTLINUX_ENTRY_END is sent or waits
    };

    PhysicalAddress address{};
    antlinux_lca* lca = nullptr; // where the kernel sees it
    Process* process = nullptr;
    std::uint32_t owner = 0;    // its number, as the LCA says
    std::uint32_t sequence = 0; // of its latest call
    std::uint64_t started = 0;  // time stamp counter when that began
    std::uint8_t counted = 0;   // where it is counted (observe.h)
    State state = State::unused;
    bool has_proxy = false;   // Linux keeps one, perhaps: it is told of the end
    bool continued = false;   // the present one is
    bool unanswered = false;  // Linux has its call
    bool interrupted = false; // because its time is over
    std::uint32_t limit = 0;  // milliseconds for the present call; 0: none
    Nanoseconds deadline{};   // if it has a limit
    ListLink<LcaRecord> link{};
};

// A fixed table. Records stay where they are: a queue may hold them.
class LcaRecords {
public:
    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t per_process = 16; // a kept proxy costs Linux memory

    constexpr LcaRecords() = default;

    // Including unused ones.
    std::span<LcaRecord> used() { return std::span{records_}.first(used_); }
    std::span<const LcaRecord> used() const { return std::span{records_}.first(used_); }
    LcaRecord* find(std::uint64_t address);
    // EMFILE: the process has too many; ENFILE: the table is full.
    Result<LcaRecord*> create(Process& process, PhysicalAddress address);
    void forget(LcaRecord& record);
    // Is any record of the process still being taken back from Linux?
    bool is_ending(const Process& process);
    bool any_in(PhysicalRange area);

private:
    std::size_t used_ = 0; // from here on all are unused: keeps searches short
    std::array<LcaRecord, capacity> records_{};
};

} // namespace ant
