// SPDX-License-Identifier: GPL-2.0-only
// System calls: dispatch, and the small ones that a core serves itself.
#include "ant/core/system_call.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ant/arch/x86/clock.h"
#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/core/ica.h"
#include "ant/core/process_end.h"
#include "ant/core/request.h"
#include "ant/core/user_memory.h"

namespace ant {

namespace {

Process& current() { return *this_core().scheduler.current(); }

void let_interrupts_in() {
    InterruptsOff& off = this_core().interrupts_off;
    off.end();
    x86::take_pending_interrupts();
    off.begin();
}

} // namespace

std::int32_t calls::exit(std::uint32_t status) { end_current_process(status & 0xff); }

std::int32_t calls::getpid() { return static_cast<std::int32_t>(current().number().value()); }

std::int32_t calls::yield() {
    this_core().scheduler.yield();
    return 0;
}

std::int32_t calls::sleep(Nanoseconds length) {
    const Nanoseconds now = x86::Clock::now();
    // A sum that wraps around means: no time limit.
    const Nanoseconds end = now + length;
    Scheduler& scheduler = this_core().scheduler;
    scheduler.expect(WaitFor::time, end < now ? for_ever : end);
    (void)scheduler.wait();
    return 0;
}

std::int32_t calls::time(UserPointer<std::uint64_t> now) {
    const auto written = write_user(current(), now, x86::Clock::now().count);
    return written.is_ok() ? 0 : system_call_result(written.error());
}

std::int32_t calls::information(std::uint32_t list, std::uint32_t index, UserPointer<void> entry) {
    this_core().scheduler.account(); // the caller's own figures are up to date
    return ask_mkernel<SystemCall::information>(list, index, entry);
}

std::int32_t calls::console_write(std::uint32_t stream, UserPointer<const char> text,
                                  std::size_t bytes) {
    // In pieces: the consoles are the m-kernel's, whose time is everybody's, and a serial line is
    // slow.
    constexpr std::size_t piece = 1024;
    std::size_t done = 0;
    do {
        const std::int32_t written = ask_mkernel<SystemCall::console_write>(
            stream, UserPointer<const char>{text.value() + done}, std::min(piece, bytes - done));
        if (written == system_call_result(Errno::eagain)) {
            (void)sleep(Scheduler::tick); // no space yet: the m-kernel does not wait for it
            continue;
        }
        if (written < 0)
            return done > 0 ? static_cast<std::int32_t>(done) : written;
        done += static_cast<std::uint32_t>(written);
        let_interrupts_in(); // the m-kernel's core may be this one
    } while (done < bytes && !current().is_killed());
    return static_cast<std::int32_t>(done);
}

std::int32_t calls::console_server() {
    const Process& process = current();
    const ProcessNumber server{ant::console_server.load(std::memory_order_acquire)};
    // The server itself has nobody but the kernel.
    if (process.mkernel.console != ConsoleNumber::terminal || server == process.number())
        return 0;
    return static_cast<std::int32_t>(server.value());
}

std::int32_t calls::memory_check(UserPointer<const void> memory, std::size_t bytes, bool write) {
    const VirtualRange range{address_of(memory), static_cast<std::uint32_t>(bytes)};
    const bool may = write ? user_may_write(current(), range) : user_may_read(current(), range);
    return may ? 0 : system_call_result(Errno::efault);
}

std::int32_t calls::ica_map(std::size_t bytes) {
    const std::int32_t result = ask_mkernel<SystemCall::ica_map>(bytes);
    if (result < 0)
        return result;
    const PageCount pages = PageCount::for_bytes(bytes);
    current().core.ica_pages += pages;
    // Cleared here, not by the m-kernel, whose time is everybody's; nobody sees it before the
    // return.
    const PhysicalAddress base{static_cast<std::uint32_t>(result)};
    const std::span area{pointer_to<std::byte>(ica_view(base)),
                         static_cast<std::size_t>(pages.bytes())};
    constexpr std::size_t step = 64 * std::size_t{page_size};
    for (std::size_t done = 0; done < area.size(); done += step) {
        const auto piece = area.subspan(done, std::min(step, area.size() - done));
        std::memset(piece.data(), 0, piece.size());
        let_interrupts_in();
    }
    return result;
}

std::int32_t calls::trace(bool on) {
    current().core.traced = on;
    return 0;
}

namespace {

using Entry = std::int32_t (*)(const x86::TrapFrame&);

CallWords words_of_caller(const x86::TrapFrame& frame) { return {frame.ebx, frame.ecx, frame.edx}; }

template<SystemCall Number, auto* Function> std::int32_t serve(const x86::TrapFrame& frame) {
    return std::apply(Function, Call<Number>::arguments(words_of_caller(frame)));
}

std::int32_t hand_on(const x86::TrapFrame& frame) {
    return ask_mkernel(SystemCall{frame.eax}, words_of_caller(frame));
}

std::int32_t refuse(const x86::TrapFrame&) { return system_call_result(Errno::enosys); }

#define ANT_SERVE(name, ...) serve<SystemCall::name, calls::name>,
#define ANT_HAND_ON(...) hand_on,
#define ANT_REFUSE(...) refuse,
constexpr Entry table[] = {ANT_SYSTEM_CALLS(ANT_SERVE, ANT_HAND_ON, ANT_SERVE, ANT_REFUSE)};
#undef ANT_SERVE
#undef ANT_HAND_ON
#undef ANT_REFUSE

} // namespace

std::int32_t system_call(const x86::TrapFrame& frame) {
    if (frame.eax >= std::size(table))
        return system_call_result(Errno::enosys);
    return table[frame.eax](frame);
}

} // namespace ant
