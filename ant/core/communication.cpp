// SPDX-License-Identifier: GPL-2.0-only
// Requests, replies and notices.
#include "ant/core/communication.h"

#include <algorithm>

#include "ant/arch/x86/processor.h"
#include "ant/core/core.h"
#include "ant/core/message_areas.h"
#include "ant/core/system_call.h"
#include "ant/core/user_memory.h"

namespace ant {

namespace {

Process& current() { return *this_core().scheduler.current(); }

// ---- Client

std::int32_t wait_for_reply(Core& core, Process& client) {
    const std::int32_t outcome = core.scheduler.wait();
    if (outcome != system_call_result(Errno::eintr))
        return outcome;
    // The withdrawal may cross the reply, whose outcome holds then.
    core.scheduler.expect(WaitFor::withdrawal);
    send_message(cores[client.as_client.server_core.value()], MessageKind::withdraw, client);
    return core.scheduler.wait();
}

// The server's core, or whoever finds out that there is no server.
void answer_call(Process& client, std::int32_t outcome) {
    client.as_client.outcome = outcome;
    send_message(core_of(client), MessageKind::reply, client);
}

// ---- Server

bool is_open_for_requests(const Core& core, const Process& server, ProcessNumber number) {
    return server.number() == number && server.core_number() == core.number &&
           (server.core.end == Process::End::none || server.core.end == Process::End::killed);
}

ProcessNumber next_end(Process& server) {
    if (!server.take<Process::watch_came_true>())
        return {};
    for (Watch& watch : watches) {
        if (watch.state.load(std::memory_order_acquire) != Watch::State::ended ||
            watch.watcher != server.number())
            continue;
        const ProcessNumber ended = watch.watched;
        watch.state.store(Watch::State::unused, std::memory_order_release);
        server.post<Process::watch_came_true>(); // perhaps not the only one
        return ended;
    }
    return {};
}

// Interrupts first: a device waits.
bool take_next_notice(Process& server, ant_message& message) {
    if (const auto lines = server.interrupts.exchange(0, std::memory_order_acq_rel); lines != 0) {
        message.kind = ANT_MESSAGE_INTERRUPT;
        message.words[0] = lines;
        return true;
    }
    if (const ProcessNumber ended = next_end(server); ended != ProcessNumber{}) {
        message.kind = ANT_MESSAGE_ENDED;
        message.words[0] = ended.value();
        return true;
    }
    return false;
}

// Takes the first request. False: there is none that can be taken yet; look again.
bool take_next_request(Process& server, ant_message& message) {
    Process& client = *server.as_server.requests.front();
    if (needs_tables(server, client.as_client.message)) {
        // Asking the m-kernel takes time, in which the client may be killed and leave the list.
        const ProcessNumber number = client.number();
        const auto made = make_tables(server, client.as_client.message);
        if (made.is_error() && server.as_server.requests.front() == &client &&
            client.number() == number) {
            server.as_server.requests.remove(client);
            answer_call(client, system_call_result(made.error()));
        }
        return false;
    }
    server.as_server.requests.remove(client);
    server.as_server.open.push_back(client);
    client.as_client.moved = accept_areas(server, client.number(), client.as_client.message);
    message = client.as_client.message;
    return true;
}

void end_loans(Process& server, Process& client) {
    for (const ant_area& area : areas_of(client.as_client.message))
        if (area.use == ANT_AREA_LEND)
            return_area(server, client.number(), area);
}

void post_notice(Process& server) {
    if (!server.post<Process::notice_on_the_way>())
        send_message(core_of(server), MessageKind::notice, server);
}

} // namespace

std::int32_t calls::call_server(ProcessNumber number, UserPointer<ant_message> place) {
    const VirtualAddress at = address_of(place);
    Core& core = this_core();
    Process& client = current();
    const auto request = read_message(client, at);
    if (request.is_error())
        return system_call_result(request.error());
    ant_message message = request.value();
    if (number.value() == ANT_SERVER_NAMES)
        number = ProcessNumber{names_server.load(std::memory_order_relaxed)};
    const Process& server = slot_of(number);
    if (number == ProcessNumber{} || server.number() != number)
        return system_call_result(Errno::esrch);
    if (number == client.number())
        return system_call_result(Errno::edeadlk);
    if (const auto checked = check_areas(client, message, Direction::request); checked.is_error())
        return system_call_result(checked.error());
    if (moves_any_of(message, {at, sizeof(ant_message)}))
        return system_call_result(Errno::einval); // there would be no place for the reply

    message.kind = ANT_MESSAGE_REQUEST;
    message.sender = client.number().value();
    client.as_client.message = message;
    client.as_client.server = number;
    // Should the slot be another's by now, then that one's core says so.
    client.as_client.server_core = server.core_number();
    client.as_client.moved = 0;
    core.scheduler.expect(WaitFor::reply);
    send_message(cores[client.as_client.server_core.value()], MessageKind::call, client);
    const std::int32_t outcome = wait_for_reply(core, client);

    give_up_areas(client, message, client.as_client.moved);
    if (outcome < 0)
        return outcome;
    if (const auto received = receive_areas(client, client.as_client.message); received.is_error())
        return system_call_result(received.error());
    write_message(client, at, client.as_client.message);
    return 0;
}

std::int32_t calls::receive(UserPointer<ant_message> place, Nanoseconds patience) {
    const VirtualAddress at = address_of(place);
    Scheduler& scheduler = this_core().scheduler;
    Process& server = current();
    // Before anything is taken that could then not be delivered.
    if (!user_may_write(server, {at, sizeof(ant_message)}))
        return system_call_result(Errno::efault);
    const Nanoseconds now = x86::Clock::now();
    const Nanoseconds sum = now + patience;
    const Nanoseconds end = sum < now ? for_ever : sum;
    std::int32_t woken = patience.count == 0 ? system_call_result(Errno::etimedout) : 0;
    ant_message message{};
    while (!take_next_notice(server, message)) {
        if (!server.as_server.requests.is_empty()) {
            if (take_next_request(server, message))
                break;
            continue;
        }
        if (woken < 0)
            return woken;
        scheduler.expect(WaitFor::message, end);
        woken = scheduler.wait();
    }
    write_message(server, at, message);
    return 0;
}

std::int32_t calls::reply(ProcessNumber number, UserPointer<const ant_message> place) {
    Process& server = current();
    const auto given = read_message(server, address_of(place));
    if (given.is_error())
        return system_call_result(given.error());
    ant_message message = given.value();
    Process& client = slot_of(number);
    if (number == ProcessNumber{} || client.number() != number ||
        !server.as_server.open.contains(client)) {
        return_abandoned_areas(server, number);
        return system_call_result(Errno::esrch);
    }
    if (const auto checked = check_areas(server, message, Direction::reply); checked.is_error())
        return system_call_result(checked.error());
    end_loans(server, client);
    pass_areas(server, client.number(), message);

    server.as_server.open.remove(client);
    message.kind = ANT_MESSAGE_REQUEST;
    message.sender = server.number().value();
    client.as_client.message = message;
    answer_call(client, 0);
    return 0;
}

void post_interrupt(Process& server, std::uint32_t line) {
    server.interrupts.fetch_or(1u << line, std::memory_order_acq_rel);
    post_notice(server);
}

void post_end(Process& server) {
    server.post<Process::watch_came_true>();
    post_notice(server);
}

void refuse_requests(Process& server, Loans loans) {
    while (Process* client = server.as_server.requests.pop_front())
        answer_call(*client, system_call_result(Errno::epipe));
    Process* client = server.as_server.open.front();
    while (client != nullptr) {
        Process* const next = Process::ServerPart::Requests::next(*client);
        if (loans == Loans::end || !lends_any(client->as_client.message)) {
            end_loans(server, *client);
            server.as_server.open.remove(*client);
            answer_call(*client, system_call_result(Errno::epipe));
        }
        client = next;
    }
}

void take_call(Core& core, Process& client) {
    Process& server = slot_of(client.as_client.server);
    if (!is_open_for_requests(core, server, client.as_client.server)) {
        answer_call(client, system_call_result(Errno::esrch));
        return;
    }
    server.as_server.requests.push_back(client);
    core.scheduler.finish(server, WaitFor::message, 0);
}

void take_withdrawal(Core&, Process& client) {
    Process& server = slot_of(client.as_client.server);
    auto* const list = server.as_server.requests.contains(client) ? &server.as_server.requests
                       : server.as_server.open.contains(client)   ? &server.as_server.open
                                                                  : nullptr;
    if (list != nullptr) {
        // The server keeps what was lent until it replies: it may be in the middle of using it.
        list->remove(client);
        answer_call(client, system_call_result(Errno::eintr));
    }
    send_message(core_of(client), MessageKind::withdrawn, client);
}

void take_notice(Core& core, Process& server) {
    server.take<Process::notice_on_the_way>();
    core.scheduler.finish(server, WaitFor::message, 0);
}

} // namespace ant
