// SPDX-License-Identifier: GPL-2.0-only
// Console input. The UARTs are polled: AnT owns no interrupt line of theirs.
#include "ant/mkernel/console_input.h"

#include <algorithm>
#include <array>

#include "ant/arch/x86/interrupt_table.h"
#include "ant/base/ring_buffer.h"
#include "ant/core/communication.h"
#include "ant/core/user_memory.h"
#include "ant/mkernel/console.h"
#include "ant/mkernel/mkernel.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/system_call.h"

namespace ant::mkernel {

namespace {

constexpr std::byte interrupt_character{0x03}; // Ctrl-C
constexpr std::uint32_t interrupt_status = 128 + 2;
static_assert(ANT_CONSOLE_INTERRUPT >= x86::device_vectors, "a device has that bit");

// A UART holds 16 bytes. While somebody types or pastes, or output goes out, it is asked more
// often.
constexpr Nanoseconds slow_poll = milliseconds(10);
constexpr Nanoseconds fast_poll = milliseconds(1);
constexpr Nanoseconds fast_for = milliseconds(50);
constexpr int most_bytes_per_poll = 64;

struct Input {
    RingBuffer<std::byte, 4096> bytes{};
    IntrusiveList<Process, &Process::mkernel, &Process::MkernelPart::console_link> readers{};
    ProcessNumber owner{};
    // Ctrl-C came, and the shell has not read on since. The owner may have been ending by itself,
    // or there was none between two programs, so the line's next programs are ended, too.
    bool interrupt_is_due = false;
};

constinit std::array<Input, console_count> inputs{};
constinit bool control_is_ready = false;
constinit Nanoseconds next_poll{};
constinit Nanoseconds last_byte{}; // in, or out with others behind it

Input& input_of(ConsoleNumber console) { return inputs[static_cast<std::size_t>(console)]; }

ProcessNumber server_of(ConsoleNumber console) {
    return console == ConsoleNumber::terminal
               ? ProcessNumber{console_server.load(std::memory_order_relaxed)}
               : ProcessNumber{};
}

// Ends the console's owner, if it has one; true: it has.
bool end_owner(const Input& input) {
    if (input.owner == ProcessNumber{})
        return false;
    const auto owner = find_process(input.owner);
    if (owner.is_ok())
        kill_process(*owner.value(), interrupt_status);
    return true;
}

void take(Input& input, std::byte byte) {
    if (byte == interrupt_character)
        input.interrupt_is_due = input.readers.is_empty();
    if (byte == interrupt_character && end_owner(input))
        return;
    // When nobody reads, what does not fit is lost, as on any terminal.
    (void)input.bytes.push(byte);
}

Answer hand_over(Input& input, Process& reader, VirtualAddress buffer, std::size_t wanted) {
    std::array<std::byte, 256> piece{};
    const std::size_t most = std::min(piece.size(), wanted);
    // Nothing is taken out before it is clear that it can be delivered.
    if (!user_may_write(reader, {buffer, static_cast<std::uint32_t>(most)}))
        return Errno::efault;
    std::size_t size = 0;
    while (size < most) {
        const auto byte = input.bytes.pop();
        if (!byte)
            break;
        piece[size++] = *byte;
    }
    // The reader has it now. The server is no reader: it says itself when one has it.
    if (input.bytes.is_empty() && server_of(reader.mkernel.console) != reader.number())
        input.interrupt_is_due = false;
    TRY(copy_to_user(reader, buffer, std::span{piece}.first(size)));
    return static_cast<std::int32_t>(size);
}

} // namespace

Answer calls::console_read(Process& process, UserPointer<char> buffer, std::size_t bytes) {
    if (process.mkernel.console == ConsoleNumber::control && !control_is_ready) {
        control_is_ready = true; // somebody is there to take the first command
        write_control_ready();
    }
    Input& input = input_of(process.mkernel.console);
    const ProcessNumber server = server_of(process.mkernel.console);
    const bool serves = server == process.number();
    if (bytes == 0)
        return 0;
    if (server != ProcessNumber{} && !serves)
        return Errno::eagain; // the server has what is typed
    if (process.mkernel.life == Process::Life::killed && !serves)
        return Errno::eintr;
    if (input.bytes.is_empty() && !serves) {
        input.interrupt_is_due = false;
        input.readers.push_back(process);
        return Answer::later(); // poll_consoles()
    }
    return hand_over(input, process, address_of(buffer), bytes);
}

void cancel_console_read(Process& process) {
    Input& input = input_of(process.mkernel.console);
    if (!input.readers.contains(process))
        return;
    input.readers.remove(process);
    answer(process, system_call_result(Errno::eintr));
}

Answer calls::console_owner(Process& process, ProcessNumber owner) {
    Input& input = input_of(process.mkernel.console);
    // A program that nobody could end would leave the console without its shell.
    if ((process.mkernel.rights & ANT_RIGHT_PROCESSES) == 0)
        return Errno::eperm;
    if (owner != ProcessNumber{}) {
        Process* const program = TRY(find_process(owner));
        if (input.interrupt_is_due)
            kill_process(*program, interrupt_status);
    }
    input.owner = owner;
    return 0;
}

Result<void> serve_console(Process& process) {
    const ProcessNumber present = server_of(ConsoleNumber::terminal);
    if (present != ProcessNumber{} && present != process.number())
        return Errno::ebusy;
    Input& input = input_of(ConsoleNumber::terminal);
    process.mkernel.console = ConsoleNumber::terminal;
    console_server.store(process.number().value(), std::memory_order_release);
    input.interrupt_is_due = false;
    // Whoever waits for input here goes on waiting there.
    while (Process* reader = input.readers.pop_front())
        answer(*reader, system_call_result(Errno::eagain));
    if (!input.bytes.is_empty())
        post_interrupt(process, ANT_CONSOLE_INTERRUPT);
    return {};
}

Answer calls::console_interrupt(Process& process, bool on) {
    if (server_of(ConsoleNumber::terminal) != process.number())
        return Errno::eperm;
    Input& input = input_of(ConsoleNumber::terminal);
    input.interrupt_is_due = on;
    return on && end_owner(input) ? 1 : 0;
}

void release_console(const Process& process) {
    if (server_of(ConsoleNumber::terminal) == process.number())
        console_server.store(0, std::memory_order_release);
    for (Input& input : inputs)
        if (input.owner == process.number())
            input.owner = {};
}

void poll_consoles() {
    const Nanoseconds now = x86::Clock::now();
    if (now < next_poll)
        return;
    for (std::uint32_t number = 0; number < console_count; ++number) {
        Input& input = inputs[number];
        const ProcessNumber server = server_of(ConsoleNumber{number});
        const bool is_served = server != ProcessNumber{};
        for (int count = 0; count < most_bytes_per_poll; ++count) {
            const auto byte = poll_input(ConsoleNumber{number});
            if (!byte)
                break;
            last_byte = now;
            if (is_served)
                (void)input.bytes.push(*byte); // a server that does not read loses input, too
            else
                take(input, *byte);
        }
        if (is_served && !input.bytes.is_empty())
            post_interrupt(slot_of(server), ANT_CONSOLE_INTERRUPT);
        while (!input.bytes.is_empty() && !input.readers.is_empty())
            serve_call(*input.readers.pop_front());
    }
    if (drain_consoles())
        last_byte = now;
    const bool active = last_byte.count != 0 && now - last_byte < fast_for;
    next_poll = now + (active ? fast_poll : slow_poll);
}

Nanoseconds next_console_poll() { return next_poll; }

} // namespace ant::mkernel
