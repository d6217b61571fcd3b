// SPDX-License-Identifier: GPL-2.0-only
// Asking the name server; see names.h.
#include <ant/lib/errno.h>
#include <ant/lib/names.h>

namespace ant {

namespace {

using names::Operation;

/// How often a server without a name server looks for the new one.
constexpr uint64_t retry_ns = 10'000'000;

/// Sends message.words to the name server. Its result, or -1 with last_error.
int ask(Operation operation, ant_message& message) {
    message.words[0] = static_cast<uint32_t>(operation);
    if (call_server(static_cast<int>(ANT_SERVER_NAMES), message) != 0)
        return -1;
    return posix_result(static_cast<int>(message.words[0]));
}

} // namespace

int find_server(std::string_view name) {
    ant_message message = {};
    names::put_name(message, names::make_name(name));
    return ask(Operation::find_name, message);
}

int call_server(std::string_view name, ant_message& message) {
    const int server = find_server(name);
    if (server < 0)
        return -1;
    const int result = call_server(server, message);
    if (result != 0 && last_error == ESRCH)
        last_error = ENOENT; // it ended in between
    return result;
}

int list_servers(uint32_t index, names::Name& name) {
    ant_message message = {};
    message.words[names::index_word] = index;
    const int server = ask(Operation::list_names, message);
    if (server >= 0)
        name = names::take_name(message);
    return server;
}

int NamedServer::begin() {
    ant_message message = {};
    names::put_name(message, name_);
    if (ask(Operation::register_name, message) != 0)
        return -1;
    // It may have ended since: then its successor is to be told, too.
    name_server_ = watch(static_cast<int>(message.sender)) == 0 ? message.sender : 0;
    return 0;
}

int NamedServer::receive(ant_message& message) {
    while (true) {
        if (name_server_ == 0)
            static_cast<void>(begin());
        const bool known = name_server_ != 0;
        if (ant::receive(message, known ? ANT_FOR_EVER : retry_ns) != 0) {
            if (!known && last_error == ETIMEDOUT)
                continue;
            return -1;
        }
        if (!known || message.kind != ANT_MESSAGE_ENDED || message.words[0] != name_server_)
            return 0;
        name_server_ = 0;
    }
}

} // namespace ant
