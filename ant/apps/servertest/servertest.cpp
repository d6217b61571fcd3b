// SPDX-License-Identifier: GPL-2.0-only
// servertest [CORE]: tries server communication with a server on that core (default: the
// own one). One numbered line for each thing tried; status 0 when all went well.
#include "peer.h"

#include <algorithm>
#include <ant/apps/common/test_results.h>
#include <ant/lib/format.h>
#include <ant/lib/linux_call.h>
#include <ant/lib/process.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

constexpr size_t bytes = 65536;
constexpr uint32_t words = bytes / 4;

uint32_t core = ANT_CORE_HERE;

/// A process of this program, ended with the object.
class Peer {
public:
    explicit Peer(std::initializer_list<const char*> arguments)
        : number_(spawn({arguments.begin(), arguments.size()}, core)) {}
    Peer() : Peer({"servertest", "--server"}) {}
    ~Peer() { end(); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] int number() const { return number_; }
    int status() {
        int status = -1;
        if (number_ > 0 && wait(number_, &status) != number_)
            status = -1;
        number_ = 0;
        return status;
    }
    void end() {
        if (number_ > 0) {
            static_cast<void>(kill(number_));
            static_cast<void>(status());
        }
    }

private:
    int number_;
};

/// A number as an argument.
class Digits {
public:
    explicit Digits(int number) { ant::snprintf(text_, sizeof(text_), "%d", number); }
    [[nodiscard]] const char* text() const { return text_; }

private:
    char text_[16] = {};
};

uint32_t* area() { return static_cast<uint32_t*>(ica_alloc(bytes)); }

bool fails(int result, int error) { return result == -1 && last_error == error; }

/// The wish's answer in words[1], or 0xffffffff.
uint32_t ask(const Peer& server, Wish wish, uint32_t argument = 0) {
    ant_message message = wish_for(wish, argument);
    return call_server(server.number(), message) == 0 ? message.words[1] : UINT32_MAX;
}

int ask_with(const Peer& server, Wish wish, uint32_t& argument, const void* area,
             ant_area_use use) {
    ant_message message = wish_for(wish, argument);
    add_area(message, area, use);
    const int result = call_server(server.number(), message);
    argument = message.words[1];
    return result;
}

uint64_t free_ica() {
    ant_memory_info info = {};
    return memory_info(&info) == 0 ? info.ica_free : 0;
}

bool eventually(auto condition) {
    for (int i = 0; i < 500; i++) {
        if (condition())
            return true;
        static_cast<void>(sleep_ns(10'000'000));
    }
    return false;
}

void try_words(TestResults& results, const Peer& server) {
    ant_message message = {};
    for (uint32_t i = 1; i < ANT_MESSAGE_WORDS; i++)
        message.words[i] = i;
    bool same = call_server(server.number(), message) == 0;
    for (uint32_t i = 0; i < ANT_MESSAGE_WORDS; i++)
        same = same && message.words[i] == ANT_MESSAGE_WORDS - 1 - i;
    results.check(same, "words come and go");
    results.check(message.sender == static_cast<uint32_t>(server.number()), "a reply has a sender");
}

void try_lending(TestResults& results, const Peer& server) {
    uint32_t* const lent = area();
    std::fill_n(lent, words, 3);
    uint32_t argument = 0;
    results.check(ask_with(server, Wish::sum, argument, lent, ANT_AREA_LEND) == 0 &&
                      argument == 3 * words,
                  "the server reads what is lent");
    argument = 100;
    results.check(ask_with(server, Wish::fill, argument, lent, ANT_AREA_LEND) == 0 &&
                      lent[0] == 100 && lent[words - 1] == 100 + words - 1,
                  "the server writes what is lent");
    results.check(ica_free(lent) == 0, "what was lent is the client's again");
}

void try_moving(TestResults& results, const Peer& server) {
    uint32_t* const moved = area();
    moved[words - 1] = 77;
    uint32_t argument = 0;
    results.check(ask_with(server, Wish::keep, argument, moved, ANT_AREA_MOVE) == 0,
                  "an area moves to the server");
    results.check(fails(ica_free(moved), EINVAL), "what has moved is not the client's");
    results.check(fails(ask_with(server, Wish::sum, argument, moved, ANT_AREA_LEND), EINVAL),
                  "what has moved cannot be lent");
    ant_message message = wish_for(Wish::give_back);
    results.check(call_server(server.number(), message) == 0 && message.area_count == 1 &&
                      message.areas[0].size == bytes &&
                      words_of(message.areas[0]).data() == moved && moved[words - 1] == 77,
                  "an area moves back with a reply");
    results.check(ask_with(server, Wish::keep, argument, moved, ANT_AREA_MOVE) == 0 &&
                      ask(server, Wish::free_kept) == 0,
                  "the server frees what has moved");
}

/// Linux reads and writes an area only in calls of the process that has it at present.
void try_linux_calls(TestResults& results, const Peer& server) {
    LinuxCall linux_call;
    if (linux_call.call(LinuxNumber::null, Continue::off, {}) != 0)
        return;
    uint32_t* const given = area();
    uint32_t argument = 0;
    const auto& status = *reinterpret_cast<const antlinux_stat*>(given);
    results.check(ask_with(server, Wish::status, argument, given, ANT_AREA_LEND) == 0 &&
                      argument == 0 && status.nlink > 0,
                  "Linux writes to what was lent to its caller");
    std::fill_n(given, words, 3);
    const auto untouched = [given] { return std::count(given, given + words, 3u) == words; };
    results.check(ask_with(server, Wish::status_late, argument, given, ANT_AREA_LEND) == 0 &&
                      ask(server, Wish::late) == EFAULT && untouched(),
                  "after the reply it does not any more");
    const auto address = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(given));
    results.check(root_status(address) == 0, "but to the owner's own areas it does");
    results.check(ask_with(server, Wish::keep, argument, given, ANT_AREA_MOVE) == 0 &&
                      root_status(address) == -EFAULT && ask(server, Wish::free_kept) == 0,
                  "nor to what its caller has given away");
    ant_memory_info info = {}; // the ICA's last pages are nobody's
    results.check(memory_info(&info) == 0 &&
                      root_status(static_cast<uint32_t>(info.ica_base + info.ica_size -
                                                        sizeof(antlinux_stat))) == -EFAULT,
                  "nor to what is nobody's");
}

void try_refusals(TestResults& results, const Peer& server) {
    uint32_t argument = 0;
    uint32_t* const own = area();
    results.check(fails(ask_with(server, Wish::sum, argument, own + 1024, ANT_AREA_LEND), EINVAL),
                  "a part of an area is refused");
    ant_message twice = wish_for(Wish::sum);
    add_area(twice, own, ANT_AREA_LEND);
    add_area(twice, own, ANT_AREA_MOVE);
    results.check(fails(call_server(server.number(), twice), EINVAL),
                  "an area named twice is refused");
    results.check(ica_free(own) == 0, "what was refused has not moved");

    LinuxCall linux_call;
    if (linux_call.call(LinuxNumber::null, Continue::on, {}) == 0) {
        results.check(
            fails(ask_with(server, Wish::sum, argument, linux_call.block(), ANT_AREA_LEND), EBUSY),
            "an LCA that Linux knows is refused");
        static_cast<void>(linux_call.end_proxy());
    }
    ant_message message = {};
    results.check(fails(call_server(getpid(), message), EDEADLK), "no call to oneself");
    results.check(fails(call_server(123456789, message), ESRCH), "no such server");
    results.check(
        fails(call_server(server.number(), *reinterpret_cast<ant_message*>(0x40400000)), EFAULT),
        "a message in the kernel is refused");
    results.check(fails(reply(server.number(), message), ESRCH), "no reply without a request");
    results.check(fails(receive(message, 1'000'000), ETIMEDOUT), "receive gives up in time");
}

void try_ends_of_servers(TestResults& results) {
    ant_message message = wish_for(Wish::end);
    uint32_t* const lent = area();
    add_area(message, lent, ANT_AREA_LEND);
    {
        Peer server;
        results.check(fails(call_server(server.number(), message), EPIPE),
                      "a server that ends is EPIPE");
        results.check(ica_free(lent) == 0, "a dead server gives back what was lent");
        static_cast<void>(server.status());
    }
}

/// The client has asked, and waits. It may take any time to come so far.
bool is_held(const Peer& server, const Peer& client) {
    return eventually(
        [&] { return ask(server, Wish::held) == static_cast<uint32_t>(client.number()); });
}

void try_killed_server(TestResults& results) {
    Peer server;
    Peer client({"servertest", "--hold", Digits(server.number()).text()});
    results.check(is_held(server, client), "a server with an open request goes on serving");
    server.end();
    results.check(client.status() == EPIPE, "the client of a killed server gets EPIPE");
}

void try_killed_client(TestResults& results) {
    const uint64_t before = free_ica();
    Peer server;
    Peer client({"servertest", "--hold", Digits(server.number()).text()});
    results.check(is_held(server, client), "a request waits while its server does other things");
    client.end();
    results.check(ask(server, Wish::answer_held) == ESRCH, "a killed client waits no longer");
    results.check(eventually([&] { return free_ica() == before; }),
                  "what a killed client lent is freed");
    results.check(ask(server, Wish::echo) != UINT32_MAX, "the server goes on");
}

void try_touching(TestResults& results) {
    Peer server;
    uint32_t argument = 0;
    uint32_t* const lent = area();
    results.check(ask_with(server, Wish::touch, argument, lent, ANT_AREA_LEND) == 0 &&
                      server.status() == 139 && lent[0] == 0,
                  "after the reply the server has no access any more");
    static_cast<void>(ica_free(lent));
}

void try_notices(TestResults& results) {
    Peer server;
    Peer victim;
    const auto number = static_cast<uint32_t>(victim.number());
    results.check(ask(server, Wish::watch, 123456789) == ESRCH, "no watch without a process");
    results.check(ask(server, Wish::watch, number) == 0, "a process is watched");
    victim.end();
    results.check(eventually([&] { return ask(server, Wish::ended) == number; }),
                  "its end comes as a message");
}

void try_names(TestResults& results) {
    ant_message message = wish_for(Wish::echo);
    if (call_server(ANT_SERVER_NAMES, message) == 0 || last_error != ESRCH)
        return; // the real one is there
    Peer server;
    results.check(ask(server, Wish::is_names) == 0, "a process becomes the server of names");
    message = wish_for(Wish::echo);
    results.check(call_server(ANT_SERVER_NAMES, message) == 0, "it is found under its number");
    const Peer other;
    results.check(ask(other, Wish::is_names) == EBUSY, "there is one only");
    server.end();
    results.check(fails(call_server(ANT_SERVER_NAMES, message), ESRCH), "until it ends");
}

/// Lends an area to the server and is kept waiting. Status: the error.
int hold(int server) {
    ant_message message = wish_for(Wish::hold);
    add_area(message, area(), ANT_AREA_LEND);
    return call_server(server, message) == 0 ? 0 : last_error;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc > 1 ? argv[1] : "";
    uint64_t number = ANT_CORE_HERE;
    if (how == "--server")
        return serve_wishes();
    if (how == "--hold")
        return argc == 3 && parse_number(argv[2], number) ? hold(static_cast<int>(number))
                                                          : exit_usage;
    if (argc > 2 || (argc == 2 && !parse_number(argv[1], number)))
        return usage("servertest [CORE]");
    core = static_cast<uint32_t>(number);
    TestResults results;
    const uint64_t before = free_ica();
    {
        const Peer server;
        try_words(results, server);
        try_lending(results, server);
        try_moving(results, server);
        try_linux_calls(results, server);
        try_refusals(results, server);
    }
    try_ends_of_servers(results);
    try_killed_server(results);
    try_killed_client(results);
    try_touching(results);
    try_notices(results);
    try_names(results);
    results.check(eventually([&] { return free_ica() == before; }), "no ICA is lost");
    return results.status();
}
