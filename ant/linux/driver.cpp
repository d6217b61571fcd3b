// SPDX-License-Identifier: GPL-2.0-only
// The driver's front: the handshake and the checks that are the same for every core.
#include "ant/linux/driver.h"

namespace ant {

Result<void> LinuxDriver::initialise(antlinux_table& table, antlinux_counters& counters,
                                     const LinuxDriverSettings& settings) {
    const TableHeader& header = settings.header;
    constexpr std::uint32_t highest_vector = 0xff;
    if (settings.first_core.value() >= ANTLINUX_MAX_CORES ||
        (header.cores >> settings.first_core.value() & 1) == 0 ||
        settings.linux_vector.value() + ANTLINUX_MAX_CORES - 1 > highest_vector)
        return Errno::einval;
    TRY(publish_table(table, header));

    for (std::uint32_t core = 0; core < ANTLINUX_MAX_CORES; ++core)
        if ((header.cores >> core & 1) != 0)
            channels_[core].open(CoreNumber{core}, table.core[core], counters.core[core],
                                 header.depth, settings.linux_core,
                                 Vector{settings.linux_vector.value() + core});
    generation_ = header.generation;
    ica_ = header.ica;
    table_.store(&table, std::memory_order_release);
    channel(settings.first_core).ring_doorbell();
    return {};
}

Result<void> LinuxDriver::handshake() const {
    const antlinux_table* const shared = table();
    if (shared == nullptr)
        return Errno::enxio;
    const HandshakeState answer = handshake_state(*shared, generation_);
    if (answer.state != Handshake::done)
        return answer.error;
    return {};
}

Result<void> LinuxDriver::submit(CoreNumber core, Process& process, PhysicalAddress lca,
                                 std::uint32_t limit, Traced traced) {
    TRY(handshake());
    if (!lca.is_aligned(ANTLINUX_LCA_ALIGN))
        return Errno::einval;
    const PhysicalRange block{lca, sizeof(antlinux_lca)};
    if (!ica_.contains(block))
        return Errno::efault;
    return channel(core).submit(process, lca, limit, traced);
}

void LinuxDriver::on_result_interrupt(CoreNumber core) {
    if (table() != nullptr)
        channel(core).on_result_interrupt();
}

void LinuxDriver::poll(CoreNumber core) {
    if (table() != nullptr)
        channel(core).poll();
}

void LinuxDriver::cancel(CoreNumber core, Process& process) {
    if (table() != nullptr)
        channel(core).cancel(process);
}

bool LinuxDriver::end_process(CoreNumber core, Process& process) {
    return release(core, process, ica_);
}

bool LinuxDriver::release(CoreNumber core, Process& process, PhysicalRange area) {
    return table() == nullptr || channel(core).release(process, area, handshake().is_ok());
}

LinuxChannel& LinuxDriver::channel(CoreNumber core) {
    ASSERT(core.value() < channels_.size());
    ASSERT(channels_[core.value()].is_open());
    return channels_[core.value()];
}

} // namespace ant
