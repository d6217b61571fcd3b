// SPDX-License-Identifier: GPL-2.0-only
// System calls that the m-kernel serves: dispatch, memory and processes.
#include <algorithm>
#include <array>
#include <utility>

#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/user_memory.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/console_input.h"
#include "ant/mkernel/memory.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/steps.h"
#include "ant/mkernel/system_call.h"
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
    return std::span{pointer_to<const std::byte>(ica_view(range.base)), range.size};
}

// Nobody makes a process more urgent than he is himself, except with the right.
bool may_grant(const Process& process, std::uint32_t priority) {
    return priority >= process.core.priority || (process.mkernel.rights & ANT_RIGHT_PROCESSES) != 0;
}

Result<void> add_heap_pages(Space& space, VirtualRange range, PageCount& done) {
    const PageCount end = std::min(done + pages_per_step, range.pages());
    for (; done < end; done += PageCount{1})
        TRY(add_process_page(space, range.base + done.value() * page_size, process_data));
    return {};
}

void remove_heap_pages(Space& space, VirtualRange range, PageCount& done) {
    for (std::uint32_t i = 0; i < pages_per_step.value() && done != PageCount{}; ++i) {
        done -= PageCount{1};
        const auto entry = space.unmap_page(range.base + done.value() * page_size);
        ASSERT(entry.is_ok());
        physical_memory.free_frame(entry.value().frame());
    }
}

// One step of giving the range to the process, or of taking back what it was given.
void change_heap(Process& process, VirtualRange range) {
    Process::Work& work = process.mkernel.work;
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    if (work.error == Errno{}) {
        const auto added = add_heap_pages(space, range, work.done);
        process.mkernel.private_pages += before - frames.available();
        if (added.is_error())
            work.error = added.error();
    } else {
        remove_heap_pages(space, range, work.done);
        process.mkernel.private_pages -= frames.available() - before;
    }
}

} // namespace

namespace {

// One step. Nothing: there are further ones.
Result<std::optional<ProcessNumber>> spawn_some(Process& parent,
                                                UserPointer<const ant_spawn> place) {
    if (parent.mkernel.life == Process::Life::killed)
        return Errno::eintr;
    const auto wanted = TRY(read_user(parent, place));
    if (wanted.arguments_size > argument_copy.size())
        return Errno::e2big;
    const std::span<char> text = std::span{argument_copy}.first(wanted.arguments_size);
    TRY(copy_from_user(parent, VirtualAddress{wanted.arguments}, std::as_writable_bytes(text)));
    const Arguments arguments = TRY(Arguments::check({text.data(), text.size()}));
    const std::uint32_t priority =
        wanted.priority == ANT_PRIORITY_INHERIT ? parent.core.priority : wanted.priority;
    if (!is_priority(priority))
        return Errno::einval;
    if (!may_grant(parent, priority))
        return Errno::eperm;
    const std::span<const std::byte> image = TRY(image_of(parent, wanted));
    return create_some(
        arguments,
        {.core = wanted.core == ANT_CORE_HERE ? parent.core_number() : CoreNumber{wanted.core},
         .console = parent.mkernel.console,
         .priority = priority,
         .parent = parent.number(),
         .rights = wanted.rights & parent.mkernel.rights,
         .image = image},
        parent.mkernel.work);
}

} // namespace

Answer calls::spawn(Process& parent, UserPointer<const ant_spawn> place) {
    Process::Work& work = parent.mkernel.work;
    if (work.error == Errno{}) {
        const auto created = spawn_some(parent, place);
        if (created.is_ok())
            return created.value() ? Answer{as_result(created.value()->value())} : Answer::again();
        work.error = created.error();
    }
    const Errno error = work.error;
    if (!undo_creation(work))
        return Answer::again();
    return error;
}

Answer calls::kill(Process& process, ProcessNumber number) {
    kill_process(*TRY(find_subject(process, number)), kill_status);
    return 0;
}

Answer calls::set_priority(Process& process, ProcessNumber number, std::uint32_t priority) {
    if (!is_priority(priority))
        return Errno::einval;
    Process* const subject = TRY(find_subject(process, number));
    if (!may_grant(process, priority))
        return Errno::eperm;
    change_priority(*subject, priority);
    return 0;
}

Answer calls::memory_map(Process& process, std::size_t bytes) {
    constexpr VirtualAddress limit{ANT_USER_STACK_TOP - ANT_USER_STACK_SIZE - page_size};
    if (bytes == 0)
        return Errno::einval;
    if (bytes > limit - process.mkernel.heap_end)
        return Errno::enomem;
    const VirtualRange range =
        VirtualRange::of_pages(process.mkernel.heap_end, PageCount::for_bytes(bytes));
    Process::Work& work = process.mkernel.work;
    change_heap(process, range);
    const bool is_undone = work.error != Errno{} && work.done == PageCount{};
    if (is_undone)
        return std::exchange(work, {}).error;
    if (work.error != Errno{} || work.done < range.pages())
        return Answer::again();
    work = {};
    process.mkernel.heap_end += range.size;
    return as_result(range.base.value());
}

Answer calls::stack_page(Process& process, UserPointer<void> page) {
    TRY(add_stack_page(process, address_of(page)));
    return 0;
}

namespace {

// One step of giving the pages of a range entries of their own; `done` counts them.
Result<void> split_some(Process& process, VirtualRange range, PageCount& done) {
    constexpr PageCount most{tables_per_step * (large_page_size / page_size)};
    const VirtualAddress from = range.base + done.value() * page_size;
    const PageCount end = std::min(done + most, range.pages());
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    const auto split = space.split_large_pages(VirtualRange::of_pages(from, end - done));
    process.mkernel.private_pages += before - frames.available();
    TRY(split);
    done = end;
    return {};
}

} // namespace

// The area belongs to the process at once; its core clears it before the process sees it.
Answer calls::ica_map(Process& process, std::size_t bytes) {
    Process::Work& work = process.mkernel.work;
    if (work.place == PhysicalAddress{})
        work.place =
            TRY(LockedIca()->allocate(static_cast<std::uint32_t>(bytes), process.number())).base;
    const VirtualRange range =
        VirtualRange::of_pages(identity(work.place), PageCount::for_bytes(bytes));
    const auto split = split_some(process, range, work.done);
    if (split.is_ok() && work.done < range.pages())
        return Answer::again();
    const PhysicalAddress area = std::exchange(work, {}).place;
    if (split.is_error()) {
        const auto freed = LockedIca()->free(area, process.number());
        ASSERT(freed.is_ok());
        return split.error();
    }
    Space{physical_memory, process.mkernel.page_directory}.flip_user(range, true);
    return as_result(area.value()); // its core empties the TLB (request.cpp)
}

// Page tables for an area that the process is about to be given.
Answer calls::ica_tables(Process& process, UserPointer<void> area, std::uint32_t bytes) {
    Process::Work& work = process.mkernel.work;
    const VirtualRange range{address_of(area), bytes};
    const auto split = split_some(process, range, work.done);
    if (split.is_ok() && work.done < range.pages())
        return Answer::again();
    work = {};
    TRY(split);
    return 0;
}

Answer calls::console_write(Process& process, std::uint32_t stream, UserPointer<const char> place,
                            std::size_t bytes) {
    if (stream != static_cast<std::uint32_t>(Stream::output) &&
        stream != static_cast<std::uint32_t>(Stream::error))
        return Errno::ebadf;
    std::array<char, 1024> buffer{};
    const std::span<char> text{buffer.data(), std::min(buffer.size(), bytes)};
    TRY(copy_from_user(process, address_of(place), std::as_writable_bytes(text)));
    const ConsoleNumber console = process.mkernel.console;
    if (!write_stream(console, Stream{stream}, {text.data(), text.size()}) && !is_stalled(console))
        return Errno::eagain;
    // What a port that nobody reads has no space for is given up.
    return static_cast<std::int32_t>(text.size());
}

Answer calls::console_end(Process& process, std::uint32_t status) {
    if (process.mkernel.console != ConsoleNumber::control)
        return Errno::einval;
    write_control_end(status & 0xff);
    return 0;
}

Answer calls::serve(Process& process, std::uint32_t server) {
    if (server == ANT_SERVER_NAMES)
        TRY(serve_names(process));
    else if (server == ANT_SERVER_CONSOLE)
        TRY(serve_console(process));
    else
        return Errno::einval;
    return 0;
}

Result<void> add_stack_page(Process& process, VirtualAddress page) {
    Space space{physical_memory, process.mkernel.page_directory};
    const PageCount before = frames.available();
    TRY(add_process_page(space, page, process_data));
    process.mkernel.private_pages += before - frames.available();
    return {};
}

namespace {

using Entry = Answer (*)(Process&);

template<SystemCall Number, auto* Function> Answer serve(Process& process) {
    return std::apply([&process](auto... arguments) { return Function(process, arguments...); },
                      Call<Number>::arguments(process.as_client.request.arguments));
}

#define ANT_SERVE(name, ...) serve<SystemCall::name, calls::name>,
#define ANT_NOT_HERE(...) nullptr,
constexpr Entry table[] = {ANT_SYSTEM_CALLS(ANT_NOT_HERE, ANT_SERVE, ANT_SERVE, ANT_SERVE)};
#undef ANT_SERVE
#undef ANT_NOT_HERE

} // namespace

void serve_call(Process& process) {
    const Answer result = table[static_cast<std::size_t>(process.as_client.request.call)](process);
    if (result.is_step())
        continue_later(serve_call, process);
    else if (result.value())
        answer(process, *result.value());
}

} // namespace ant::mkernel
