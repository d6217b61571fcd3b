// SPDX-License-Identifier: GPL-2.0-only
// The Linux-cooperation driver's port, played: what the driver asks and tells goes to FakeKernel.
#include "fake_linux.h"

namespace ant::port {

using test::FakeKernel;

ProcessNumber number_of(const Process& process) { return process.number; }
antlinux_lca& lca_at(PhysicalAddress address) { return FakeKernel::latest->lca_at(address); }
bool process_owns(Process& process, PhysicalRange range) {
    for (std::uint64_t at = range.base.page_start().value(); at < range.end(); at += page_size)
        if (FakeKernel::latest->page_owner[(at - test::ica.base.value()) / page_size] != &process)
            return false;
    return true;
}
bool may_hold_lca(const Process&, PhysicalRange range, bool keeps_proxy) {
    return !keeps_proxy || range.base.page_start() != FakeKernel::latest->borrowed;
}
Nanoseconds now() { return test::FakeKernel::latest->now; }
void send_ipi(CoreNumber to, Vector vector) {
    EXPECT_EQ(to, test::linux_core);
    FakeKernel::latest->doorbells.push_back(vector.value() - test::linux_vector);
}
void call_finished(Process& process, Result<void> outcome) {
    FakeKernel::latest->finished.push_back(
        {process.number.value(), outcome.is_ok() ? Errno{} : outcome.error()});
}
void released(Process& process) {
    FakeKernel::latest->processes_released.push_back(process.number.value());
}
void linux_misbehaved(const char* what, std::uint64_t) {
    FakeKernel::latest->complaints.emplace_back(what);
}

} // namespace ant::port
