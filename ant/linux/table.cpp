// SPDX-License-Identifier: GPL-2.0-only
// The header of the LCA management table, filled in and answered.
#include "ant/linux/table.h"

namespace ant {

Result<void> publish_table(antlinux_table& table, const TableHeader& header) {
    if (!is_ring_depth(header.depth) || header.cores == 0 || header.generation == 0)
        return Errno::einval;
    if (header.cores >> ANTLINUX_MAX_CORES != 0 || header.result_vector.value() > 0xff)
        return Errno::einval;
    if (!header.ica.is_page_aligned() || !header.ica.is_valid() || header.ica.is_empty())
        return Errno::einval;

    // Without the magic number Linux looks at nothing else. This clears what an earlier AnT left.
    antlinux_store_release(&table.magic, 0);
    table.linux_error = 0;
    table.linux_version = 0;
    antlinux_store_release(&table.linux_generation, 0);
    for (antlinux_core_entry& core : table.core)
        core = {};
    table.version = ANTLINUX_VERSION;
    table.depth = header.depth;
    table.cores = header.cores;
    table.result_vector = header.result_vector.value();
    table.generation = header.generation;
    table.ica_base = header.ica.base.value();
    table.ica_size = header.ica.size;
    antlinux_store_release(&table.magic, ANTLINUX_TABLE_MAGIC);
    return {};
}

HandshakeState handshake_state(const antlinux_table& table, std::uint32_t generation) {
    if (antlinux_load_acquire(&table.linux_generation) != generation)
        return {Handshake::waiting, Errno::enxio};
    if (table.linux_error != 0) {
        const bool is_errno = table.linux_error >= -4095 && table.linux_error < 0;
        return {Handshake::refused,
                is_errno ? Errno{static_cast<std::int32_t>(-table.linux_error)} : Errno::eproto};
    }
    if (table.linux_version != ANTLINUX_VERSION)
        return {Handshake::refused, Errno::eproto};
    return {Handshake::done, Errno{}};
}

} // namespace ant
