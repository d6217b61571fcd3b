// SPDX-License-Identifier: GPL-2.0-only
// What processes ask of the m-kernel: memory and processes.
#include <algorithm>
#include <array>

#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/user_memory.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/console_input.h"
#include "ant/mkernel/devices.h"
#include "ant/mkernel/fault_report.h"
#include "ant/mkernel/information.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/watches.h"

namespace ant::mkernel {

namespace {

constexpr std::uint32_t kill_status = 128 + 9;

// The arguments of a spawn, copied from the caller: used on this core, one request at a time.
constinit std::array<char, ANT_ARGUMENT_BYTES> argument_copy{};

// Address spaces and process numbers lie below 2 GiB, so they are never taken for an errno.
std::int32_t as_result(std::uint32_t value) { return static_cast<std::int32_t>(value); }

// The file that a spawn brings along; nothing: the RAM disk has it.
Result<std::span<const std::byte>> image_of(const Process& parent, const ant_spawn& wanted) {
    if (wanted.image == 0)
        return std::span<const std::byte>{};
    const PhysicalRange range{PhysicalAddress{wanted.image}, wanted.image_size};
    if (!range.is_valid() || !LockedIca()->owns(parent.number(), range))
        return Errno::efault;
    return std::span{pointer_to<const std::byte>(identity(range.base)), range.size};
}

Result<std::int32_t> spawn(Process& parent) {
    const auto wanted =
        TRY(read_user<ant_spawn>(parent, VirtualAddress{parent.as_client.request.arguments[0]}));
    if (wanted.arguments_size > argument_copy.size())
        return Errno::e2big;
    const std::span<char> text = std::span{argument_copy}.first(wanted.arguments_size);
    TRY(copy_from_user(parent, VirtualAddress{wanted.arguments}, std::as_writable_bytes(text)));
    const Arguments arguments = TRY(Arguments::check({text.data(), text.size()}));
    const std::uint32_t priority =
        wanted.priority == ANT_PRIORITY_INHERIT ? parent.core.priority : wanted.priority;
    if (!is_priority(priority))
        return Errno::einval;
    const std::span<const std::byte> image = TRY(image_of(parent, wanted));
    const ProcessNumber number = TRY(create_process(
        arguments,
        {.core = wanted.core == ANT_CORE_HERE ? parent.core_number() : CoreNumber{wanted.core},
         .console = parent.mkernel.console,
         .priority = priority,
         .parent = parent.number(),
         .image = image}));
    return as_result(number.value());
}

Result<std::int32_t> kill(const Process& process) {
    kill_process(*TRY(find_process(ProcessNumber{process.as_client.request.arguments[0]})),
                 kill_status);
    return 0;
}

Result<void> add_heap_pages(Space& space, VirtualRange range) {
    for (std::uint32_t offset = 0; offset < range.size; offset += page_size)
        TRY(add_process_page(space, range.base + offset, PageFlags::writable));
    return {};
}

void remove_heap_pages(Space& space, VirtualRange range) {
    for (std::uint32_t offset = 0; offset < range.size; offset += page_size) {
        const auto entry = space.unmap_page(range.base + offset);
        if (entry.is_error())
            return; // it got no further
        physical_memory.free_frame(entry.value().frame());
    }
}

Result<std::int32_t> memory_map(Process& process) {
    constexpr VirtualAddress limit{ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE - page_size};
    const std::uint32_t bytes = process.as_client.request.arguments[0];
    if (bytes == 0)
        return Errno::einval;
    if (bytes > limit - process.mkernel.heap_end)
        return Errno::enomem;
    const VirtualRange range =
        VirtualRange::of_pages(process.mkernel.heap_end, PageCount::for_bytes(bytes));
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    const auto added = add_heap_pages(space, range);
    if (added.is_error())
        remove_heap_pages(space, range);
    process.mkernel.private_pages += before - frames.available(); // page tables stay in any case
    if (added.is_error())
        return added.error();
    process.mkernel.heap_end += range.size;
    return as_result(range.base.value());
}

Result<std::int32_t> stack_page(Process& process) {
    TRY(add_stack_page(process, VirtualAddress{process.as_client.request.arguments[0]}));
    return 0;
}

// The area belongs to the process at once; its core clears it before the process sees it.
Result<std::int32_t> ica_map(Process& process) {
    const PhysicalRange area =
        TRY(LockedIca()->allocate(process.as_client.request.arguments[0], process.number()));
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    const auto opened = space.set_user({identity(area.base), area.size}, true);
    process.mkernel.private_pages += before - frames.available();
    if (opened.is_error()) {
        const auto freed = LockedIca()->free(area.base, process.number());
        ASSERT(freed.is_ok());
        return opened.error();
    }
    process.as_client.request.status = area.size;
    return as_result(area.base.value());
}

Result<std::int32_t> ica_size(Process& process) {
    const PhysicalAddress start{process.as_client.request.arguments[0]};
    process.as_client.request.status = TRY(LockedIca()->area_of(start, process.number())).size;
    return 0;
}

Result<std::int32_t> ica_unmap(Process& process) {
    const PhysicalAddress start{process.as_client.request.arguments[0]};
    const PhysicalRange area = TRY(LockedIca()->free(start, process.number()));
    Space space{physical_memory, process.mkernel.page_directory};
    const auto closed = space.set_user({identity(area.base), area.size}, false);
    ASSERT(closed.is_ok()); // its page tables exist since ica_map()
    return 0;
}

// Page tables for an area that the process is about to be given.
Result<std::int32_t> ica_tables(Process& process) {
    const VirtualRange range{VirtualAddress{process.as_client.request.arguments[0]},
                             process.as_client.request.arguments[1]};
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    const auto split = space.split_large_pages(range);
    process.mkernel.private_pages += before - frames.available();
    TRY(split);
    return 0;
}

Result<std::int32_t> set_priority(Process& process) {
    const std::uint32_t priority = process.as_client.request.arguments[1];
    if (!is_priority(priority))
        return Errno::einval;
    change_priority(*TRY(find_process(ProcessNumber{process.as_client.request.arguments[0]})),
                    priority);
    return 0;
}

Result<std::int32_t> write_console(Process& process) {
    const std::uint32_t stream = process.as_client.request.arguments[0];
    if (stream != static_cast<std::uint32_t>(Stream::output) &&
        stream != static_cast<std::uint32_t>(Stream::error))
        return Errno::ebadf;
    std::array<char, 1024> buffer{};
    const std::span<char> text{
        buffer.data(),
        std::min<std::size_t>(buffer.size(), process.as_client.request.arguments[2])};
    TRY(copy_from_user(process, VirtualAddress{process.as_client.request.arguments[1]},
                       std::as_writable_bytes(text)));
    write_stream(process.mkernel.console, Stream{stream}, {text.data(), text.size()});
    return static_cast<std::int32_t>(text.size());
}

Result<void> end_command(const Process& process) {
    if (process.mkernel.console != ConsoleNumber::control)
        return Errno::einval;
    write_control_end(process.as_client.request.arguments[0] & 0xff);
    return {};
}

std::int32_t value_of(Result<void> result) {
    return result.is_ok() ? 0 : system_call_result(result.error());
}

std::int32_t value_of(Result<std::int32_t> result) {
    return result.is_ok() ? result.value() : system_call_result(result.error());
}

} // namespace

Result<void> add_stack_page(Process& process, VirtualAddress page) {
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    TRY(add_process_page(space, page, PageFlags::writable));
    process.mkernel.private_pages += before - frames.available();
    return {};
}

void handle_request(Process& process) {
    const Request& request = process.as_client.request;
    switch (request.kind) {
    case RequestKind::spawn:
        return answer(process, value_of(spawn(process)));
    case RequestKind::wait:
        return wait_for_child(process, ProcessNumber{request.arguments[0]});
    case RequestKind::kill:
        return answer(process, value_of(kill(process)));
    case RequestKind::console_read:
        return read_console(process);
    case RequestKind::console_owner: {
        const auto set = set_console_owner(process, ProcessNumber{request.arguments[0]});
        return answer(process, value_of(set));
    }
    case RequestKind::memory_map:
        return answer(process, value_of(memory_map(process)));
    case RequestKind::stack_page:
        return answer(process, value_of(stack_page(process)));
    case RequestKind::ica_map:
        return answer(process, value_of(ica_map(process)));
    case RequestKind::ica_size:
        return answer(process, value_of(ica_size(process)));
    case RequestKind::ica_unmap:
        return answer(process, value_of(ica_unmap(process)));
    case RequestKind::device_claim:
        return answer(process, value_of(claim_device(process, request.arguments[0])));
    case RequestKind::device_map:
        return answer(process,
                      value_of(map_device(process, request.arguments[0], request.arguments[1])));
    case RequestKind::device_master:
        return answer(process, value_of(set_bus_master(process, request.arguments[0],
                                                       request.arguments[1] != 0)));
    case RequestKind::devices_release:
        release_devices(process);
        return answer(process, 0);
    case RequestKind::device_interrupt:
        return answer(process, value_of(route_interrupts(process, request.arguments[0])));
    case RequestKind::ica_tables:
        return answer(process, value_of(ica_tables(process)));
    case RequestKind::watch:
        return answer(process, value_of(add_watch(process, ProcessNumber{request.arguments[0]})));
    case RequestKind::serve_names:
        return answer(process, value_of(serve_names(process)));
    case RequestKind::set_priority:
        return answer(process, value_of(set_priority(process)));
    case RequestKind::console_write:
        return answer(process, value_of(write_console(process)));
    case RequestKind::console_end:
        return answer(process, value_of(end_command(process)));
    case RequestKind::serve_console:
        return answer(process, value_of(serve_console(process)));
    case RequestKind::console_interrupt:
        return answer(process, value_of(interrupt_console(process, request.arguments[0] != 0)));
    case RequestKind::information:
        return answer(process, tell_information(process));
    case RequestKind::report_fault:
        return answer(process, report_fault(process));
    }
}

} // namespace ant::mkernel
