// SPDX-License-Identifier: GPL-2.0-only
// Servers by name, from the server "names". Functions return -1 and set last_error on failure;
// ESRCH: there is no name server.
#ifndef ANT_LIB_NAMES_H
#define ANT_LIB_NAMES_H

#include <ant/lib/names_protocol.h>
#include <ant/lib/server.h>

namespace ant {

/// The process number of the server with that name. ENOENT: there is none.
[[nodiscard]] int find_server(std::string_view name);

/// Sends a request to the server with that name and waits for its reply. ENOENT: there is none;
/// otherwise as call_server() by number.
[[nodiscard]] int call_server(std::string_view name, ant_message& message);

/// The index-th server's process number and name; ENOENT past the end.
[[nodiscard]] int list_servers(uint32_t index, names::Name& name);

/// A server's side of its name: keeps it registered, also when the name server itself is replaced.
///
///     NamedServer server("edu");
///     if (server.begin() != 0) ...
///     while (server.receive(message) == 0) ...
class NamedServer {
public:
    explicit NamedServer(std::string_view name) : name_(names::make_name(name)) {}

    /// Takes the name. EEXIST: another process has it; EINVAL: it is no name.
    [[nodiscard]] int begin();

    /// ant::receive(), less what is about the name server.
    [[nodiscard]] int receive(ant_message& message);

private:
    names::Name name_;
    uint32_t name_server_ = 0; // 0: it has ended, and its successor does not know us yet
};

} // namespace ant

#endif
