// SPDX-License-Identifier: GPL-2.0-only
// The life of a call on one core: submitted, perhaps waiting, in Linux's hands, finished.
#include "ant/linux/channel.h"

namespace ant {

void LinuxChannel::open(CoreNumber core, antlinux_core_entry& entry,
                        antlinux_core_counters& counters, std::uint32_t depth,
                        CoreNumber linux_core, Vector doorbell) {
    core_ = core;
    linux_core_ = linux_core;
    doorbell_ = doorbell;
    rings_ = &entry;
    request_head_ = result_tail_ = 0;
    depth_ = depth;
    counters_ = &counters;
    finished_.open(counters);
}

Result<void> LinuxChannel::submit(Process& process, PhysicalAddress address, Traced traced) {
    if (!port::process_owns(process, {address, sizeof(antlinux_lca)}))
        return Errno::efault;
    antlinux_lca& lca = port::lca_at(address);
    const std::uint32_t cflag = lca.cflag;
    if (lca.magic != ANTLINUX_LCA_MAGIC)
        return Errno::einval;
    if (cflag != ANTLINUX_CFLAG_END && cflag != ANTLINUX_CFLAG_CONTINUE)
        return Errno::einval;
    LcaRecord* record = records_.find(address.value());
    if (record == nullptr) {
        const bool keeps_proxy = cflag == ANTLINUX_CFLAG_CONTINUE;
        if (!port::may_hold_lca(process, {address, sizeof(antlinux_lca)}, keeps_proxy))
            return Errno::efault;
        record = TRY(records_.create(process, address));
    } else if (record->state != State::kept || record->process != &process) {
        return Errno::ebusy;
    }
    record->continued = cflag == ANTLINUX_CFLAG_CONTINUE;
    if (traced == Traced::yes)
        begin_recorded_call(lca);
    const Result<void> started = start(*record);
    if (started.is_error())
        withdraw(*record);
    return started;
}

// Fills in the kernel's fields and sends the request, or lets it wait its turn.
Result<void> LinuxChannel::start(LcaRecord& record) {
    record.sequence = ++sequence_;
    antlinux_lca& lca = *record.lca;
    record.started = time_stamp();
    record.counted = finished_.entry_of(antlinux_load_acquire(&lca.syscallno));
    lca.cid = core_.value();
    lca.owner = record.owner;
    lca.sequence = record.sequence;
    stamp(lca, ANTLINUX_STOP_REQUEST);

    // Requests are sent in order, so a new one queues behind those that wait for space in the ring.
    // A record that is being taken back is the exception. While Linux's tail is corrupt it may wait
    // indefinitely, and requests pass it.
    retry_waiting();
    if (waiting_.is_empty() || waiting_.front()->ending) {
        const Result<void> sent = send(record);
        if (sent.is_ok())
            ring_doorbell();
        if (sent.is_ok() || sent.error() != Errno::eagain)
            return sent;
    }
    ++counters_->waits;
    record.state = State::waiting;
    waiting_.push_back(record);
    return {};
}

// The caller rings the doorbell, which may announce several requests.
Result<void> LinuxChannel::send(LcaRecord& record) {
    switch (antlinux_ring_push(&rings_->request, depth_, &request_head_, record.address.value())) {
    case ANTLINUX_RING_OK:
        record.state = State::in_flight;
        ++in_flight_;
        ++counters_->calls;
        return {};
    case ANTLINUX_RING_FULL:
        return Errno::eagain;
    default:
        ring_is_corrupt("Linux: the request ring's tail is impossible");
        return Errno::eproto;
    }
}

// True when it has sent something and rung the doorbell.
bool LinuxChannel::retry_waiting() {
    bool sent_any = false;
    LcaRecord* next = waiting_.front();
    while (LcaRecord* const record = next) {
        next = Waiting::next(*record);
        const Result<void> sent = send(*record);
        if (sent.is_error() && sent.error() == Errno::eagain)
            break;
        if (sent.is_error() && record->ending)
            continue; // it waits on: memory that Linux may still use is never given back
        waiting_.remove(*record);
        if (sent.is_ok()) {
            sent_any = true;
        } else {
            Process& process = *record->process;
            withdraw(*record);
            port::call_finished(process, sent);
        }
    }
    if (sent_any)
        ring_doorbell();
    return sent_any;
}

void LinuxChannel::on_result_interrupt() {
    ++counters_->interrupts;
    if (serve() == 0)
        ++counters_->spurious;
}

void LinuxChannel::poll() {
    if (!is_idle())
        serve();
}

std::size_t LinuxChannel::serve() {
    const std::size_t taken = drain();
    const bool rang = retry_waiting(); // results mean that Linux took requests: there may be space
    // The result ring was full, so Linux may hold back more results: tell it that there is space.
    if (taken >= depth_ && in_flight_ > 0 && !rang)
        ring_doorbell();
    return taken;
}

// Takes the results, but at most as many as there can be calls: a misbehaving peer could fill the
// ring as fast as it is emptied. The next interrupt or tick takes the rest.
std::size_t LinuxChannel::drain() {
    std::size_t taken = 0;
    while (taken < LcaRecords::capacity) {
        std::uint64_t address;
        const auto status = antlinux_ring_pop(&rings_->result, depth_, &result_tail_, &address);
        if (status == ANTLINUX_RING_CORRUPT)
            ring_is_corrupt("Linux: the result ring's head is impossible");
        if (status != ANTLINUX_RING_OK)
            break;
        ++taken;
        take_result(address);
    }
    return taken;
}

void LinuxChannel::take_result(std::uint64_t address) {
    LcaRecord* record = records_.find(address);
    if (record == nullptr || record->state != State::in_flight) {
        ++counters_->refused;
        port::linux_misbehaved("Linux: a result for no call", address);
        return;
    }
    ++counters_->results;
    --in_flight_;
    // Linux does not change the kernel's fields. If they have changed, the answer is not for this
    // call, and the caller gets an error instead of waiting indefinitely.
    antlinux_lca& lca = *record->lca;
    stamp(lca, ANTLINUX_STOP_RESULT);
    finished_.count(record->counted, time_stamp() - record->started, lca.retval < 0);
    if (lca.sequence != record->sequence || lca.owner != record->owner) {
        ++counters_->refused;
        port::linux_misbehaved("Linux: a result for another call", address);
        finish(*record, Errno::eproto);
        return;
    }
    finish(*record, {});
}

void LinuxChannel::finish(LcaRecord& record, Result<void> outcome) {
    Process& process = *record.process;
    record.has_proxy = record.continued;
    if (!record.ending) {
        withdraw(record);
        port::call_finished(process, outcome);
    } else if (record.has_proxy) {
        start_ending(record); // its process ended before this call, which kept a proxy
    } else {
        records_.forget(record);
        if (!records_.is_ending(process))
            port::released(process);
    }
}

// Sends a call that does nothing and lets the proxy exit (cflag off). The process may have left
// anything in the LCA, so all of it is written anew.
void LinuxChannel::start_ending(LcaRecord& record) {
    antlinux_lca& lca = *record.lca;
    lca = {};
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.syscallno = ANTLINUX_CALL_NULL;
    lca.cflag = ANTLINUX_CFLAG_END;
    record.ending = true;
    record.continued = false;
    if (start(record).is_error()) { // the ring is corrupt: try again at each tick
        record.state = State::waiting;
        waiting_.push_back(record);
    }
}

bool LinuxChannel::release(Process& process, PhysicalRange range, bool linux_is_there) {
    const auto concerns = [&](const LcaRecord& record) {
        return record.process == &process && range.contains(record.address);
    };
    for (LcaRecord& record : records_.used()) {
        if (!concerns(record) || record.ending)
            continue;
        if (record.state == State::waiting) {
            // Linux has not seen this call, though it may have seen earlier ones of this LCA.
            waiting_.remove(record);
            withdraw(record);
        } else if (record.state == State::in_flight) {
            record.ending = true;
        }
    }
    for (LcaRecord& record : records_.used()) {
        if (!concerns(record) || record.state != State::kept)
            continue;
        // Linux's module is unloaded only after the last proxy: then there is nothing to end.
        if (linux_is_there)
            start_ending(record);
        else
            records_.forget(record);
    }
    return !records_.is_ending(process);
}

// No call is in progress on the record any more. It stays if its proxy does.
void LinuxChannel::withdraw(LcaRecord& record) {
    if (record.has_proxy)
        record.state = State::kept;
    else
        records_.forget(record);
}

void LinuxChannel::ring_is_corrupt(const char* what) {
    ++counters_->refused;
    if (!reported_corrupt_)
        port::linux_misbehaved(what, 0);
    reported_corrupt_ = true;
}

} // namespace ant
