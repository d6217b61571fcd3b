// SPDX-License-Identifier: GPL-2.0-only
// The contract's special-OS side for one core and one call at a time: a table, two rings, one LCA.
#include "linux.h"

#include <antlinux/areas.h>

#include "machine.h"

namespace wren {

namespace {

// Any vector that is free with us (below 32 are the processor's own).
constexpr std::uint8_t result_vector = 0x40;
// One call at a time: the paper's single entry.
constexpr std::uint32_t depth = 1;

// The only user of Linux here, and of the memory that Linux sees: any numbers but 0.
constexpr std::uint32_t our_number = 1;
constexpr std::uint16_t our_area = 1;

// What Linux may map: whole pages of our region. Our addresses are physical, so this is it.
struct alignas(ANTLINUX_PAGE_SIZE) SharedPages {
    antlinux_lca lca;
    char memory[16 * ANTLINUX_PAGE_SIZE - sizeof(antlinux_lca)];
};
static_assert(sizeof(SharedPages) % ANTLINUX_PAGE_SIZE == 0);
constinit SharedPages shared{};

std::uint64_t physical(const void* object) { return reinterpret_cast<std::uint32_t>(object); }

// At fixed places of the region, where Linux looks for them.
antlinux_table& table() {
    return *reinterpret_cast<antlinux_table*>(ANTLINUX_REGION_BASE + ANTLINUX_TABLE_OFFSET);
}
antlinux_areas& areas() {
    return *reinterpret_cast<antlinux_areas*>(ANTLINUX_REGION_BASE + ANTLINUX_AREAS_OFFSET);
}

antlinux_core_entry& entry() { return table().core[core()]; }

} // namespace

std::span<char> Linux::memory() { return shared.memory; }

// Linux knows the sender by the vector: each core has its own.
std::uint8_t Linux::doorbell() const { return static_cast<std::uint8_t>(first_vector_ + core()); }

std::int64_t Linux::connect() {
    accept_interrupts(result_vector);
    // There is one user, so one area holds all that we share.
    areas().user[our_area] = our_number;
    for (std::uint32_t page = 0; page < sizeof(shared) / ANTLINUX_PAGE_SIZE; ++page)
        areas().area[page] = our_area;
    // The magic goes first and comes last: Linux looks at nothing without it.
    antlinux_store_release(&table().magic, 0);
    table().linux_error = 0;
    antlinux_store_release(&table().linux_generation, 0);
    antlinux_core_entry& rings = entry();
    rings.request.head = rings.request.tail = rings.result.head = rings.result.tail = 0;
    sent_ = received_ = 0;
    table().version = ANTLINUX_VERSION;
    table().depth = depth;
    table().cores = 1u << core();
    table().result_vector = result_vector;
    // Differs at each start, and is never 0.
    table().generation = static_cast<antlinux_u32>(time_stamp()) | 1;
    table().ica_base = physical(&shared);
    table().ica_size = sizeof(shared);
    antlinux_store_release(&table().magic, ANTLINUX_TABLE_MAGIC);

    send_interrupt(core_, doorbell());
    while (antlinux_load_acquire(&table().linux_generation) != table().generation)
        wait_for_interrupt();
    return table().linux_error;
}

void Linux::send(std::uint64_t lca_address) {
    antlinux_ring_push(&entry().request, depth, &sent_, lca_address);
    send_interrupt(core_, doorbell());
}

// An interrupt says that there may be something, so the ring is looked at, and looked at again.
std::uint64_t Linux::receive() {
    std::uint64_t lca_address = 0;
    while (antlinux_ring_pop(&entry().result, depth, &received_, &lca_address) != ANTLINUX_RING_OK)
        wait_for_interrupt();
    return lca_address;
}

std::int64_t Linux::call(Call number, std::uint64_t first, std::uint64_t second,
                         std::uint64_t third, bool keep) {
    antlinux_lca& lca = shared.lca;
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.cid = static_cast<antlinux_u16>(core());
    lca.syscallno = static_cast<antlinux_u32>(number);
    lca.cflag = keep ? ANTLINUX_CFLAG_CONTINUE : ANTLINUX_CFLAG_END;
    lca.owner = our_number;
    lca.sequence++;
    lca.args[0] = first;
    lca.args[1] = second;
    lca.args[2] = third;
    send(physical(&lca));
    // With one call under way there is one answer.
    while (receive() != physical(&lca)) {
    }
    return lca.retval;
}

} // namespace wren
