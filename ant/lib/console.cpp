// SPDX-License-Identifier: GPL-2.0-only
// Reading and writing the console; see console.h.
#include <algorithm>
#include <ant/lib/console.h>
#include <ant/lib/console_protocol.h>
#include <ant/lib/errno.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/server.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

using console::Operation;

constinit ConsoleInput input_kind = ConsoleInput::lines;

/// The page that is lent with each request; nullptr: there is no ICA left.
constinit void* page = nullptr;

bool have_page() {
    if (page == nullptr)
        page = ica_alloc(console::request_bytes);
    return page != nullptr;
}

/// Bytes, or minus an errno. Without a page they are in the message's words.
intptr_t ask(int server, Operation operation, size_t bytes, ant_message& message) {
    message.words[0] = static_cast<uint32_t>(operation);
    message.words[1] = static_cast<uint32_t>(bytes);
    if (page != nullptr) {
        message.area_count = 1;
        message.areas[0] = {
            .address = static_cast<uint32_t>(address_of(page)), .size = 0, .use = ANT_AREA_LEND};
    }
    if (call_server(server, message) != 0)
        return -last_error;
    const auto result = static_cast<int32_t>(message.words[0]);
    return result <= static_cast<int32_t>(bytes) ? result : -EIO;
}

/// The server ended: the kernel, or a new server, is asked.
bool is_gone(intptr_t result) { return result == -ESRCH || result == -EPIPE; }

size_t piece_of(size_t length) {
    return length < console::request_bytes ? length : size_t{console::request_bytes};
}

} // namespace

void set_console_input(ConsoleInput how) { input_kind = how; }

intptr_t console_read(void* data, size_t length) {
    const Operation operation =
        input_kind == ConsoleInput::keys ? Operation::read_keys : Operation::read_line;
    const size_t most = accessible_bytes(data, piece_of(length), Access::write);
    if (most == 0 && length > 0)
        return -EFAULT;
    while (true) {
        const int server = console_server();
        if (server <= 0 || length == 0) {
            const intptr_t result =
                system_call<SystemCall::console_read>(static_cast<char*>(data), length);
            if (result == -EAGAIN)
                continue; // a server has come meanwhile
            return result;
        }
        if (!have_page() && operation != Operation::read_keys)
            return -ENOMEM;
        ant_message message = {};
        const bool in_words = page == nullptr;
        const size_t wanted = in_words ? std::min<size_t>(most, console::reply_bytes) : most;
        const intptr_t result = ask(server, operation, wanted, message);
        if (result > 0)
            memcpy(data, in_words ? message.words + 1 : page, static_cast<size_t>(result));
        if (!is_gone(result))
            return result;
    }
}

intptr_t console_write(int stream, const void* data, size_t length) {
    const size_t most = accessible_bytes(data, piece_of(length), Access::read);
    if (most == 0 && length > 0)
        return -EFAULT;
    while (true) {
        const int server = console_server();
        // Without memory for a request: rather the kernel's plain way than nothing.
        if (server <= 0 || length == 0 || !have_page())
            return system_call<SystemCall::console_write>(static_cast<uint32_t>(stream),
                                                          static_cast<const char*>(data), length);
        memcpy(page, data, most);
        ant_message message = {};
        const intptr_t result = ask(server, Operation::write_text, most, message);
        if (!is_gone(result))
            return result;
    }
}

int serve_console() { return posix_call<SystemCall::serve>(ANT_SERVER_CONSOLE); }

int console_server() { return posix_call<SystemCall::console_server>(); }

int console_interrupt(bool on) { return posix_call<SystemCall::console_interrupt>(on); }

} // namespace ant
