// SPDX-License-Identifier: GPL-2.0-only
// System calls: dispatch, and the calls that a core serves itself or passes to the m-kernel.
#include "ant/core/system_call.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ant/abi/syscall.h"
#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/communication.h"
#include "ant/core/core.h"
#include "ant/core/linux_call.h"
#include "ant/core/process_end.h"
#include "ant/core/request.h"
#include "ant/core/user_memory.h"

namespace ant {

namespace {

using Arguments = SystemCallArguments;

Process& current() { return *this_core().scheduler.current(); }

std::int32_t exit(const Arguments& arguments) { end_current_process(arguments.a & 0xff); }

std::int32_t spawn(const Arguments& arguments) {
    return ask_mkernel(RequestKind::spawn, arguments.a);
}

std::int32_t wait(const Arguments& arguments) {
    const std::int32_t result = ask_mkernel(RequestKind::wait, arguments.a);
    if (result < 0 || arguments.b == 0)
        return result;
    const std::uint32_t status = current().as_client.request.status;
    const auto written = write_user(current(), VirtualAddress{arguments.b}, status);
    return written.is_ok() ? result : system_call_result(written.error());
}

std::int32_t kill(const Arguments& arguments) {
    return ask_mkernel(RequestKind::kill, arguments.a);
}

std::int32_t getpid(const Arguments&) {
    return static_cast<std::int32_t>(current().number().value());
}

std::int32_t yield(const Arguments&) {
    this_core().scheduler.yield();
    return 0;
}

Nanoseconds nanoseconds(std::uint32_t low, std::uint32_t high) {
    return {(static_cast<std::uint64_t>(high) << 32) | low};
}

std::int32_t sleep(const Arguments& arguments) {
    const Nanoseconds length = nanoseconds(arguments.a, arguments.b);
    const Nanoseconds now = x86::Clock::now();
    // A sum that wraps around means: for ever.
    const Nanoseconds end = now + length;
    Scheduler& scheduler = this_core().scheduler;
    scheduler.expect(WaitFor::time, end < now ? for_ever : end);
    (void)scheduler.wait();
    return 0;
}

std::int32_t time(const Arguments& arguments) {
    const auto written =
        write_user(current(), VirtualAddress{arguments.a}, x86::Clock::now().count);
    return written.is_ok() ? 0 : system_call_result(written.error());
}

std::int32_t console_write(const Arguments& arguments) {
    // In pieces: the consoles are the m-kernel's, whose time is everybody's, and a serial line is
    // slow.
    constexpr std::uint32_t piece = 1024;
    std::uint32_t done = 0;
    do {
        const std::int32_t written =
            ask_mkernel(RequestKind::console_write, arguments.a, arguments.b + done,
                        std::min(piece, arguments.c - done));
        if (written < 0)
            return done > 0 ? static_cast<std::int32_t>(done) : written;
        done += static_cast<std::uint32_t>(written);
    } while (done < arguments.c && !current().is_killed());
    return static_cast<std::int32_t>(done);
}

std::int32_t console_read(const Arguments& arguments) {
    return ask_mkernel(RequestKind::console_read, arguments.a, arguments.b);
}

std::int32_t console_owner(const Arguments& arguments) {
    return ask_mkernel(RequestKind::console_owner, arguments.a);
}

std::int32_t console_end(const Arguments& arguments) {
    return ask_mkernel(RequestKind::console_end, arguments.a);
}

std::int32_t serve_console(const Arguments&) { return ask_mkernel(RequestKind::serve_console); }

std::int32_t console_server_of_caller(const Arguments&) {
    const Process& process = current();
    const ProcessNumber server{console_server.load(std::memory_order_acquire)};
    // The server itself has nobody but the kernel.
    if (process.mkernel.console != ConsoleNumber::terminal || server == process.number())
        return 0;
    return static_cast<std::int32_t>(server.value());
}

std::int32_t console_interrupt(const Arguments& arguments) {
    return ask_mkernel(RequestKind::console_interrupt, arguments.a);
}

// What the m-kernel tells about AnT.
template<ant_syscall Number> std::int32_t information(const Arguments& arguments) {
    this_core().scheduler.account(); // the caller's own figures are up to date
    return ask_mkernel(RequestKind::information, Number, arguments.a, arguments.b, arguments.c);
}

std::int32_t memory_map(const Arguments& arguments) {
    return ask_mkernel(RequestKind::memory_map, arguments.a);
}

std::int32_t ica_map(const Arguments& arguments) {
    const std::int32_t result = ask_mkernel(RequestKind::ica_map, arguments.a);
    if (result < 0)
        return result;
    current().core.ica_pages += PageCount::for_bytes(current().as_client.request.status);
    // Cleared here, not by the m-kernel, whose time is everybody's; nobody sees it before the
    // return.
    const std::span area{pointer_to<std::byte>(VirtualAddress{static_cast<std::uint32_t>(result)}),
                         current().as_client.request.status};
    constexpr std::size_t step = 64 * std::size_t{page_size};
    for (std::size_t done = 0; done < area.size(); done += step) {
        const auto piece = area.subspan(done, std::min(step, area.size() - done));
        std::memset(piece.data(), 0, piece.size());
        x86::take_pending_interrupts();
    }
    return result;
}

std::int32_t ica_unmap(const Arguments& arguments) {
    const std::int32_t found = ask_mkernel(RequestKind::ica_size, arguments.a);
    if (found < 0)
        return found;
    const std::uint32_t size = current().as_client.request.status;
    release_ica({PhysicalAddress{arguments.a}, size});
    const std::int32_t result = ask_mkernel(RequestKind::ica_unmap, arguments.a);
    if (result == 0)
        current().core.ica_pages -= PageCount::for_bytes(size);
    return result;
}

std::int32_t server_call(const Arguments& arguments) {
    return call_server(ProcessNumber{arguments.a}, VirtualAddress{arguments.b});
}

std::int32_t server_receive(const Arguments& arguments) {
    return receive(VirtualAddress{arguments.a}, nanoseconds(arguments.b, arguments.c));
}

std::int32_t server_reply(const Arguments& arguments) {
    return reply(ProcessNumber{arguments.a}, VirtualAddress{arguments.b});
}

std::int32_t watch(const Arguments& arguments) {
    return ask_mkernel(RequestKind::watch, arguments.a);
}

std::int32_t serve_names(const Arguments&) { return ask_mkernel(RequestKind::serve_names); }

std::int32_t set_priority(const Arguments& arguments) {
    return ask_mkernel(RequestKind::set_priority, arguments.a, arguments.b);
}

std::int32_t device_claim(const Arguments& arguments) {
    return ask_mkernel(RequestKind::device_claim, arguments.a);
}

std::int32_t device_map(const Arguments& arguments) {
    return ask_mkernel(RequestKind::device_map, arguments.a, arguments.b);
}

std::int32_t device_master(const Arguments& arguments) {
    return ask_mkernel(RequestKind::device_master, arguments.a, arguments.b);
}

std::int32_t device_interrupt(const Arguments& arguments) {
    return ask_mkernel(RequestKind::device_interrupt, arguments.a);
}

std::int32_t trace(const Arguments& arguments) {
    if (arguments.a > 1)
        return system_call_result(Errno::einval);
    current().core.traced = arguments.a == 1;
    return 0;
}

std::int32_t call_linux(const Arguments& arguments) { return linux_call(arguments.a); }

// What no number below ANT_SYS_COUNT means.
std::int32_t no_call(const Arguments&) { return system_call_result(Errno::enosys); }

constexpr std::array<SystemCall, ANT_SYS_COUNT> make_table() {
    std::array<SystemCall, ANT_SYS_COUNT> table{};
    table.fill(no_call);
    table[ANT_SYS_EXIT] = exit;
    table[ANT_SYS_SPAWN] = spawn;
    table[ANT_SYS_WAIT] = wait;
    table[ANT_SYS_KILL] = kill;
    table[ANT_SYS_GETPID] = getpid;
    table[ANT_SYS_YIELD] = yield;
    table[ANT_SYS_SLEEP] = sleep;
    table[ANT_SYS_TIME] = time;
    table[ANT_SYS_CONSOLE_WRITE] = console_write;
    table[ANT_SYS_CONSOLE_READ] = console_read;
    table[ANT_SYS_CONSOLE_OWNER] = console_owner;
    table[ANT_SYS_CONSOLE_END] = console_end;
    table[ANT_SYS_MEMORY_MAP] = memory_map;
    table[ANT_SYS_ICA_MAP] = ica_map;
    table[ANT_SYS_ICA_UNMAP] = ica_unmap;
    table[ANT_SYS_LINUX_CALL] = call_linux;
    table[ANT_SYS_PROCESS_INFO] = information<ANT_SYS_PROCESS_INFO>;
    table[ANT_SYS_MEMORY_INFO] = information<ANT_SYS_MEMORY_INFO>;
    table[ANT_SYS_CORE_INFO] = information<ANT_SYS_CORE_INFO>;
    table[ANT_SYS_DEVICE_INFO] = information<ANT_SYS_DEVICE_INFO>;
    table[ANT_SYS_KLOG_READ] = information<ANT_SYS_KLOG_READ>;
    table[ANT_SYS_CALL_SERVER] = server_call;
    table[ANT_SYS_RECEIVE] = server_receive;
    table[ANT_SYS_REPLY] = server_reply;
    table[ANT_SYS_WATCH] = watch;
    table[ANT_SYS_SERVE_NAMES] = serve_names;
    table[ANT_SYS_SET_PRIORITY] = set_priority;
    table[ANT_SYS_KERNEL_INFO] = information<ANT_SYS_KERNEL_INFO>;
    table[ANT_SYS_DEVICE_CLAIM] = device_claim;
    table[ANT_SYS_DEVICE_MAP] = device_map;
    table[ANT_SYS_DEVICE_MASTER] = device_master;
    table[ANT_SYS_DEVICE_INTERRUPT] = device_interrupt;
    table[ANT_SYS_TRACE] = trace;
    table[ANT_SYS_SERVE_CONSOLE] = serve_console;
    table[ANT_SYS_CONSOLE_SERVER] = console_server_of_caller;
    table[ANT_SYS_CONSOLE_INTERRUPT] = console_interrupt;
    table[ANT_SYS_PROGRAM_NAME] = information<ANT_SYS_PROGRAM_NAME>;
    return table;
}

constexpr std::array<SystemCall, ANT_SYS_COUNT> table = make_table();
static_assert(std::ranges::find(table, SystemCall{no_call}) == table.end());

} // namespace

std::int32_t system_call(const x86::TrapFrame& frame) {
    if (frame.eax >= table.size())
        return system_call_result(Errno::enosys);
    return table[frame.eax]({frame.ebx, frame.ecx, frame.edx});
}

} // namespace ant
