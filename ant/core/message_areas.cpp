// SPDX-License-Identifier: GPL-2.0-only
// Lending, moving and freeing ICA areas.
#include "ant/core/message_areas.h"

#include <algorithm>

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/linux_call.h"
#include "ant/core/physical_memory.h"
#include "ant/core/request.h"
#include "ant/core/system_call.h"
#include "ant/core/user_memory.h"

namespace ant {

namespace {

constinit PhysicalMemory memory;

VirtualRange range_of(const ant_area& area) { return {VirtualAddress{area.address}, area.size}; }
PhysicalAddress start_of(const ant_area& area) { return PhysicalAddress{area.address}; }

PageTable<PhysicalMemory> table_of(const Process& process) {
    return {memory, process.mkernel.page_directory};
}

bool is_named_twice(std::span<const ant_area> areas) {
    for (std::size_t i = 0; i < areas.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (areas[i].address == areas[j].address)
                return true;
    return false;
}

Result<void> make_tables_for(Process& process, const ant_area& area) {
    if (table_of(process).is_split(range_of(area)))
        return {};
    if (ask_mkernel<SystemCall::ica_tables>(UserPointer<void>{area.address}, area.size) < 0)
        return Errno::enomem;
    return {};
}

} // namespace

Result<ant_message> read_message(Process& process, VirtualAddress from) {
    if (!user_may_write(process, {from, sizeof(ant_message)}))
        return Errno::efault;
    return read_user(process, UserPointer<const ant_message>{from.value()});
}

void write_message(Process& process, VirtualAddress to, const ant_message& message) {
    const auto written = write_user(process, UserPointer<ant_message>{to.value()}, message);
    ASSERT(written.is_ok());
}

std::span<const ant_area> areas_of(const ant_message& message) {
    return {message.areas, message.area_count};
}

bool lends_any(const ant_message& message) {
    return std::ranges::any_of(areas_of(message),
                               [](const ant_area& area) { return area.use == ANT_AREA_LEND; });
}

bool moves_any_of(const ant_message& message, VirtualRange range) {
    return std::ranges::any_of(areas_of(message), [&range](const ant_area& area) {
        return area.use == ANT_AREA_MOVE && range_of(area).overlaps(range);
    });
}

std::int32_t calls::ica_unmap(UserPointer<void> area) {
    Process& process = *this_core().scheduler.current();
    const PhysicalAddress start{address_of(area).value()};
    const auto found = LockedIca()->area_of(start, process.number());
    if (found.is_error())
        return system_call_result(found.error());
    const PhysicalRange range = found.value();
    release_ica(range);
    table_of(process).flip_user({identity(range.base), range.size}, false);
    process.core.ica_pages -= range.pages();
    x86::flush_tlb();
    const auto freed = LockedIca()->free(start, process.number());
    ASSERT(freed.is_ok());
    return 0;
}

Result<void> check_areas(const Process& process, ant_message& message, Direction direction) {
    if (message.area_count > ANT_MESSAGE_AREAS || is_named_twice(areas_of(message)))
        return Errno::einval;
    for (ant_area& area : std::span{message.areas, message.area_count}) {
        const bool lends = area.use == ANT_AREA_LEND && direction == Direction::request;
        if (area.use != ANT_AREA_MOVE && !lends)
            return Errno::einval;
        const PhysicalRange range = TRY(LockedIca()->area_of(start_of(area), process.number()));
        if (linux_driver.knows_lca_in(process.core_number(), range))
            return Errno::ebusy;
        area.size = range.size;
    }
    return {};
}

bool needs_tables(const Process& server, const ant_message& request) {
    return std::ranges::any_of(areas_of(request), [&server](const ant_area& area) {
        return !table_of(server).is_split(range_of(area));
    });
}

Result<void> make_tables(Process& server, const ant_message& request) {
    const ant_message copy = request; // the client's may go while the m-kernel is asked
    for (const ant_area& area : areas_of(copy))
        TRY(make_tables_for(server, area));
    return {};
}

std::uint32_t accept_areas(Process& server, ProcessNumber client, const ant_message& request) {
    std::uint32_t moved = 0;
    std::uint32_t bit = 1;
    for (const ant_area& area : areas_of(request)) {
        table_of(server).flip_user(range_of(area), true);
        const bool moves = area.use == ANT_AREA_MOVE;
        const auto done = moves ? LockedIca()->transfer(start_of(area), client, server.number())
                                : LockedIca()->lend(start_of(area), client, server.number());
        ASSERT(done.is_ok()); // checked when the client called, and it waits since then
        if (moves) {
            moved |= bit;
            server.core.ica_pages += range_of(area).pages();
        }
        bit <<= 1;
    }
    if (request.area_count > 0)
        x86::flush_tlb();
    return moved;
}

void return_area(Process& server, ProcessNumber client, const ant_area& area) {
    table_of(server).flip_user(range_of(area), false);
    x86::flush_tlb();
    const auto ended = LockedIca()->end_loan(start_of(area), client, server.number());
    ASSERT(ended.is_ok());
}

void return_abandoned_areas(Process& server, ProcessNumber client) {
    LockedIca ica;
    while (const auto range = ica->end_any_loan(client, server.number())) {
        table_of(server).flip_user({identity(range->base), range->size}, false);
        x86::flush_tlb();
    }
}

void pass_areas(Process& server, ProcessNumber client, const ant_message& reply) {
    give_up_areas(server, reply, ~0u);
    for (const ant_area& area : areas_of(reply)) {
        const auto moved = LockedIca()->transfer(start_of(area), server.number(), client);
        ASSERT(moved.is_ok());
    }
}

void give_up_areas(Process& client, const ant_message& request, std::uint32_t moved) {
    for (const ant_area& area : areas_of(request)) {
        if ((moved & 1) != 0) {
            table_of(client).flip_user(range_of(area), false);
            client.core.ica_pages -= range_of(area).pages();
        }
        moved >>= 1;
    }
    if (request.area_count > 0)
        x86::flush_tlb();
}

Result<void> receive_areas(Process& client, const ant_message& reply) {
    for (const ant_area& area : areas_of(reply)) {
        const auto made = make_tables_for(client, area);
        if (made.is_ok())
            continue;
        for (const ant_area& lost : areas_of(reply))
            (void)LockedIca()->free(start_of(lost), client.number());
        return made.error();
    }
    for (const ant_area& area : areas_of(reply)) {
        table_of(client).flip_user(range_of(area), true);
        client.core.ica_pages += range_of(area).pages();
    }
    if (reply.area_count > 0)
        x86::flush_tlb();
    return {};
}

} // namespace ant
