// SPDX-License-Identifier: GPL-2.0-only
// The handshake over the table's header: AnT publishes one, Linux's module answers it, AnT reads
// the answer. Between these steps anything may be stored over the header by either side.
#include "ant/linux/table.h"

#include <array>
#include <bit>
#include <memory>

extern "C" {
#include "lkm/peers.h"
}
#include "tests/fuzz/fuzz.h"

namespace {

constexpr antlinux_u64 region_base = ANTLINUX_REGION_BASE;
constexpr antlinux_u64 region_size = ANTLINUX_LOAD_OFFSET + (1u << 20);
constexpr antlinux_u32 linux_cores = 1;
constexpr std::size_t header_bytes = offsetof(antlinux_table, core);

// Small numbers and addresses around the region's are what headers are made of.
std::uint32_t word(fuzz::Input& input) {
    switch (input.below(4)) {
    case 0:
        return input.take<std::uint8_t>();
    case 1:
        return static_cast<std::uint32_t>(region_base) +
               input.take<std::uint16_t>() * ant::page_size / 16;
    case 2:
        return input.take<std::uint16_t>() * ant::page_size;
    default:
        return input.take<std::uint32_t>();
    }
}

void spoil(fuzz::Input& input, antlinux_table& table) {
    for (std::uint32_t words = input.below(4); words > 0; --words)
        fuzz::spoil_word(input, &table, header_bytes);
}

// What the module goes by from now on must be possible, whatever stands in the table.
void check_connected(const ant_core& core) {
    const antlinux_info& info = core.info;
    ASSERT(std::has_single_bit(info.depth));
    ASSERT(info.depth <= ANTLINUX_MAX_DEPTH);
    ASSERT(info.cores != 0);
    ASSERT(info.cores < 1u << ANTLINUX_MAX_CORES);
    ASSERT((info.cores & linux_cores) == 0);
    ASSERT(core.result_vector >= 0x20);
    ASSERT(core.result_vector <= 0xff);
    ASSERT(info.ica_base >= region_base + ANTLINUX_TABLE_OFFSET + sizeof(antlinux_table));
    ASSERT(info.ica_base < region_base + region_size);
    ASSERT(info.ica_size > 0);
    ASSERT(info.ica_size <= region_base + region_size - info.ica_base);
    ASSERT((info.ica_base | info.ica_size) % ANTLINUX_PAGE_SIZE == 0);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    const auto memory = std::make_unique<char[]>(ANTLINUX_TABLE_OFFSET + sizeof(antlinux_table));
    auto& table = *reinterpret_cast<antlinux_table*>(memory.get() + ANTLINUX_TABLE_OFFSET);

    const std::uint32_t depth = word(input);
    const std::uint32_t cores = word(input);
    const ant::Vector vector{word(input)};
    const std::uint32_t generation = word(input);
    const ant::PhysicalAddress ica{word(input)};
    const std::uint32_t ica_size = word(input);
    const bool published =
        ant::publish_table(table, {depth, cores, vector, generation, {ica, ica_size}}).is_ok();
    ASSERT((table.magic == ANTLINUX_TABLE_MAGIC) == published);
    if (published) {
        ASSERT(ant::handshake_state(table, generation).state == ant::Handshake::waiting);
    }
    spoil(input, table);

    const auto core = std::make_unique<ant_core>();
    ASSERT(ant_core_init(core.get(), memory.get(), region_base, region_size, linux_cores) == 0);
    ant_greet(core.get());
    if (core->connected)
        check_connected(*core);
    ASSERT((core->todo.ring & ~core->info.cores) == 0);
    ASSERT(core->todo.said < sizeof core->remarks);
    if (core->todo.said > 0)
        ASSERT(core->remarks[core->todo.said - 1] == '\n');
    if (table.magic == ANTLINUX_TABLE_MAGIC)
        ASSERT(!ant_is_unanswered(core.get()));

    spoil(input, table);
    const ant::HandshakeState answer = ant::handshake_state(table, generation);
    if (answer.state == ant::Handshake::done) {
        ASSERT(table.linux_version == ANTLINUX_VERSION);
        ASSERT(table.linux_error == 0);
    } else {
        ASSERT(static_cast<int>(answer.error) > 0);
        ASSERT(static_cast<int>(answer.error) < 4096);
    }
    return 0;
}
