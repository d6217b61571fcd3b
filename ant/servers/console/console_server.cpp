// SPDX-License-Identifier: GPL-2.0-only
// console_server: the terminal's driver and line discipline, a process. Others reach it through
// read() and write(); docs/servers.md tells how it and the kernel share the serial port.
#include <ant/lib/console.h>
#include <ant/lib/console_protocol.h>
#include <ant/lib/names.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>
#include <ant/servers/common/areas.h>
#include <ant/servers/console/terminal.h>

using namespace ant;

namespace {

void answer(uint32_t client, int32_t result) {
    ant_message message = {};
    message.words[0] = static_cast<uint32_t>(result);
    // A client that was killed needs no reply.
    static_cast<void>(reply(static_cast<int>(client), message));
}

char* area_at(uint32_t address) { return reinterpret_cast<char*>(uintptr_t{address}); }

/// The kernel's side. The server's own descriptors 0 and 1 are the port itself.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
struct Port final : Sink {
    void write(std::string_view text) override {
        // The terminal is all there is: nobody could be told of an error.
        static_cast<void>(write_all(standard_output, text.data(), text.size()));
    }
    static bool end_owner() { return console_interrupt(true) == 1; }
    static void next_owner_lives() { static_cast<void>(console_interrupt(false)); }
    static bool deliver(const console::Reader& reader, std::string_view bytes) {
        ant_message message = {};
        void* place =
            reader.address != 0 ? area_at(reader.address) : static_cast<void*>(message.words + 1);
        memcpy(place, bytes.data(), bytes.size());
        message.words[0] = static_cast<uint32_t>(bytes.size());
        return reply(static_cast<int>(reader.client), message) == 0;
    }
};

using Terminal = console::Terminal<Port>;

void take_input(Terminal& terminal) {
    char input[256];
    ant::ssize_t count = 0;
    while ((count = ant::read(0, input, sizeof(input))) > 0)
        terminal.input({input, static_cast<size_t>(count)});
}

void write_text(const ant_message& request) {
    const uint32_t bytes = request.words[1];
    const int written = write_all(standard_output, area_at(request.areas[0].address), bytes);
    answer(request.sender, written == 0 ? static_cast<int32_t>(bytes) : -last_error);
}

void read_input(Terminal& terminal, const ant_message& request) {
    // Should it end while it waits, nothing that is typed may go its way.
    static_cast<void>(watch(static_cast<int>(request.sender)));
    const bool wants_lines =
        request.words[0] == static_cast<uint32_t>(console::Operation::read_line);
    if (!terminal.read({.client = request.sender,
                        .address = request.area_count != 0 ? request.areas[0].address : 0,
                        .bytes = request.words[1],
                        .wants_lines = wants_lines}))
        answer(request.sender, -EAGAIN);
}

void serve(Terminal& terminal, const ant_message& request) {
    const int32_t error = console::check(request);
    if (error != 0)
        answer(request.sender, error);
    else if (request.words[0] == static_cast<uint32_t>(console::Operation::write_text))
        write_text(request);
    else
        read_input(terminal, request);
}

} // namespace

int main() {
    if (serve_console() != 0)
        return report("console_server", "serve_console");
    NamedServer server("console");
    if (server.begin() != 0)
        return report("console_server", "the name console");

    Port port;
    Terminal terminal(port);
    ant_message message = {};
    while (server.receive(message) == 0) {
        if (message.kind == ANT_MESSAGE_INTERRUPT)
            take_input(terminal);
        if (message.kind == ANT_MESSAGE_ENDED)
            terminal.forget(message.words[0]);
        if (message.kind != ANT_MESSAGE_REQUEST)
            continue;
        free_moved_areas(message);
        serve(terminal, message);
    }
    return report("console_server", "receive");
}
