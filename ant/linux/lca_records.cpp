// SPDX-License-Identifier: GPL-2.0-only
// The table of LCAs.
#include "ant/linux/lca_records.h"

#include <algorithm>

#include "ant/linux/port.h"

namespace ant {

using State = LcaRecord::State;

LcaRecord* LcaRecords::find(std::uint64_t address) {
    for (LcaRecord& record : used())
        if (record.state != State::unused && record.address.value() == address)
            return &record;
    return nullptr;
}

Result<LcaRecord*> LcaRecords::create(Process& process, PhysicalAddress address) {
    std::size_t of_process = 0;
    std::size_t slot = used_;
    for (std::size_t i = 0; i < used_; ++i) {
        if (records_[i].state == State::unused)
            slot = i;
        else if (records_[i].process == &process)
            ++of_process;
    }
    if (of_process == per_process)
        return Errno::emfile;
    if (slot == capacity)
        return Errno::enfile;
    used_ = std::max(used_, slot + 1);
    LcaRecord& record = records_[slot];
    record = {};
    record.address = address;
    record.lca = &port::lca_at(address);
    record.process = &process;
    record.owner = port::number_of(process).value();
    record.state = State::kept;
    return &record;
}

void LcaRecords::forget(LcaRecord& record) {
    record = {};
    while (used_ > 0 && records_[used_ - 1].state == State::unused)
        --used_;
}

bool LcaRecords::is_ending(const Process& process) {
    return std::ranges::any_of(used(), [&process](const LcaRecord& record) {
        return record.process == &process && record.state == State::ending;
    });
}

bool LcaRecords::any_in(PhysicalRange area) {
    return std::ranges::any_of(used(), [area](const LcaRecord& record) {
        return record.state != State::unused && area.contains(record.address);
    });
}

} // namespace ant
