// SPDX-License-Identifier: GPL-2.0-only
// The life of a call on one core: submitted, perhaps waiting, in Linux's hands, finished.
#include "ant/linux/channel.h"

#include "ant/linux/failpoints.h"

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

Result<void> LinuxChannel::submit(Process& process, PhysicalAddress address, std::uint32_t limit,
                                  Traced traced) {
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
    record->limit = limit;
    if (traced == Traced::yes)
        begin_recorded_call(lca);
    const Result<void> started = start(*record);
    if (started.is_error()) {
        end_limit(*record);
        withdraw(*record);
    }
    return started;
}

// Fills in the kernel's fields and sends the request, or lets it wait its turn.
Result<void> LinuxChannel::start(LcaRecord& record) {
    record.sequence = ++sequence_;
    antlinux_lca& lca = *record.lca;
    record.started = time_stamp();
    record.counted = finished_.entry_of(antlinux_load_acquire(&lca.syscallno));
    lca.cid = static_cast<antlinux_u16>(core_.value());
    lca.owner = record.owner;
    lca.sequence = record.sequence;
    stamp(lca, ANTLINUX_STOP_REQUEST);

    if (record.limit != 0) [[unlikely]] {
        record.deadline = port::now() + milliseconds(record.limit);
        record.interrupted = false;
        ++limited_;
    }

    // Requests are sent in order, so a new one queues behind those that wait for space in the ring.
    // A record that is being taken back is the exception. While Linux's tail is corrupt it may wait
    // indefinitely, and requests pass it.
    retry_waiting();
    if (waiting_.is_empty() || waiting_.front()->state == State::ending) {
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

// The request, or the end. The caller rings the doorbell, which may announce several.
Result<void> LinuxChannel::send(LcaRecord& record) {
    const bool ends = record.state == State::ending;
    // Held, it waits as if the ring were full.
    if (failpoint::is_held(*record.lca, ANTLINUX_STOP_REQUEST) && !ends)
        return Errno::eagain;
    switch (antlinux_ring_push(&rings_->request, depth_, &request_head_,
                               record.address.value() | (ends ? ANTLINUX_ENTRY_END : 0))) {
    case ANTLINUX_RING_OK:
        if (ends)
            return {};
        record.state = State::in_flight;
        record.unanswered = true;
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
        if (sent.is_error() && record->state == State::ending)
            continue; // it waits on: memory that Linux may still use is never given back
        waiting_.remove(*record);
        if (sent.is_ok()) {
            sent_any = true;
        } else {
            give_up(*record, sent);
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
    if (is_idle())
        return;
    serve();
    if (limited_ != 0)
        interrupt_late();
}

// Linux ends those calls early. One that Linux has not got yet is over at once.
void LinuxChannel::interrupt_late() {
    const Nanoseconds now = port::now();
    bool sent_any = false;
    for (LcaRecord& record : records_.used()) {
        const bool goes_on = record.state == State::in_flight || record.state == State::waiting;
        if (!goes_on || record.limit == 0 || record.interrupted || now < record.deadline)
            continue;
        if (record.state == State::waiting) {
            record.lca->retval = system_call_result(Errno::etimedout);
            waiting_.remove(record);
            give_up(record, {});
        } else if (antlinux_ring_push(&rings_->request, depth_, &request_head_,
                                      record.address.value() | ANTLINUX_ENTRY_INTERRUPT) ==
                   ANTLINUX_RING_OK) {
            record.interrupted = true;
            sent_any = true;
        } // else in the next tick
    }
    if (sent_any)
        ring_doorbell();
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
    while (taken < LcaRecords::capacity && !holds_next_result()) {
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

// One that is held stays in the ring, with those behind it, until a later tick.
bool LinuxChannel::holds_next_result() {
    if constexpr (!failpoint::built_in)
        return false;
    if (antlinux_ring_readable(&rings_->result.head, result_tail_, depth_) != ANTLINUX_RING_OK)
        return false;
    const LcaRecord* const record =
        records_.find(*antlinux_ring_entry(&rings_->result, depth_, result_tail_));
    return record != nullptr && record->state == State::in_flight &&
           failpoint::is_held(*record->lca, ANTLINUX_STOP_RESULT);
}

void LinuxChannel::take_result(std::uint64_t entry) {
    const std::uint64_t bits = entry & ANTLINUX_ENTRY_BITS;
    LcaRecord* record = records_.find(entry - bits);
    const bool is_expected = record != nullptr && (bits == 0 ? record->unanswered
                                                             : bits == ANTLINUX_ENTRY_END &&
                                                                   record->state == State::ending);
    if (!is_expected) {
        ++counters_->refused;
        port::linux_misbehaved("Linux: a result for no call", entry);
        return;
    }
    if (record->unanswered) {
        ++counters_->results;
        record->unanswered = false;
        stamp(*record->lca, ANTLINUX_STOP_RESULT);
        finished_.count(record->counted, time_stamp() - record->started, record->lca->retval < 0);
    }
    if (record->state == State::ending) {
        // An answer without END has met END on its way: nobody waits for it.
        if (bits != 0)
            take_end(*record);
        return;
    }
    --in_flight_;
    // Linux does not change the kernel's fields. If they have changed, the answer is not for this
    // call, and the caller gets an error instead of waiting indefinitely.
    antlinux_lca& lca = *record->lca;
    if (lca.sequence != record->sequence || lca.owner != record->owner) {
        ++counters_->refused;
        port::linux_misbehaved("Linux: a result for another call", entry);
        finish(*record, Errno::eproto);
        return;
    }
    if (record->interrupted && lca.retval == system_call_result(Errno::eintr))
        lca.retval = system_call_result(Errno::etimedout);
    finish(*record, {});
}

// Linux has nothing of this LCA's any more.
void LinuxChannel::take_end(LcaRecord& record) {
    --in_flight_;
    Process& process = *record.process;
    records_.forget(record);
    if (!records_.is_ending(process))
        port::released(process);
}

void LinuxChannel::finish(LcaRecord& record, Result<void> outcome) {
    // A call that failed may not have come to the proxy that it was to be the last one of: its time
    // was over, or there was no parent. An END for nothing does no harm, a proxy that is forgotten
    // would serve whoever has the memory next.
    const bool failed = outcome.is_error() || record.lca->retval < 0;
    record.has_proxy = record.continued || (record.has_proxy && failed);
    give_up(record, outcome);
}

// The call is over, and its LCA has a proxy or not, as before.
void LinuxChannel::give_up(LcaRecord& record, Result<void> outcome) {
    Process& process = *record.process;
    end_limit(record);
    withdraw(record);
    port::call_finished(process, outcome);
}

void LinuxChannel::end_limit(LcaRecord& record) {
    if (record.limit == 0)
        return;
    --limited_;
    record.limit = 0;
    record.interrupted = false;
}

// Takes an LCA back from Linux: its call, if there is one, and its proxy.
void LinuxChannel::end(LcaRecord& record) {
    if (record.state != State::in_flight)
        ++in_flight_;
    end_limit(record);
    record.state = State::ending;
    if (send(record).is_error())
        waiting_.push_back(record); // tried again at each tick
}

void LinuxChannel::cancel(Process& process) {
    bool sent_any = false;
    for (LcaRecord& record : records_.used()) {
        if (record.process != &process)
            continue;
        if (record.state == State::in_flight) {
            end(record);
            sent_any = true;
        } else if (record.state == State::waiting) {
            waiting_.remove(record);
            give_up(record, Errno::eintr);
        }
    }
    if (sent_any)
        ring_doorbell();
}

bool LinuxChannel::release(Process& process, PhysicalRange range, bool linux_is_there) {
    bool sent_any = false;
    for (LcaRecord& record : records_.used()) {
        if (record.process != &process || !range.contains(record.address) ||
            record.state == State::unused || record.state == State::ending)
            continue;
        // Linux has not seen a call that waits, though it may have seen earlier ones of this LCA.
        if (record.state == State::waiting)
            waiting_.remove(record);
        // Linux's module is unloaded only after the last proxy: then there is nothing to end.
        const bool is_known = record.state == State::in_flight || record.has_proxy;
        if (is_known && linux_is_there) {
            end(record);
            sent_any = true;
        } else {
            records_.forget(record);
        }
    }
    if (sent_any)
        ring_doorbell();
    return !records_.is_ending(process);
}

// No call is in progress on the record any more. It stays if its proxy does.
void LinuxChannel::withdraw(LcaRecord& record) {
    if (record.has_proxy)
        record.state = State::kept;
    else
        records_.forget(record);
}

std::optional<CallOnLinux> LinuxChannel::call_of(const Process& process) const {
    for (const LcaRecord& record : records_.used())
        if (record.process == &process && record.unanswered)
            return CallOnLinux{record.lca->syscallno, record.started};
    return {};
}

void LinuxChannel::ring_is_corrupt(const char* what) {
    ++counters_->refused;
    if (!reported_corrupt_)
        port::linux_misbehaved(what, 0);
    reported_corrupt_ = true;
}

} // namespace ant
