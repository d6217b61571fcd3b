// SPDX-License-Identifier: GPL-2.0-only
// names_server: knows which process is which server. Its own name is "names".
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/server.h>
#include <ant/servers/common/areas.h>
#include <ant/servers/names/name_table.h>

using namespace ant;

namespace {

constinit names::NameTable table;

void serve(const ant_message& request) {
    ant_message reply = names::answer(table, request);
    const bool registered =
        request.words[0] == static_cast<uint32_t>(names::Operation::register_name) &&
        reply.words[0] == 0;
    // Nobody is found under the name of a process that ends: not even of one that just did.
    if (registered && ant::watch(static_cast<int>(request.sender)) != 0)
        table.remove(request.sender);
    // A client that was killed needs no reply.
    static_cast<void>(ant::reply(static_cast<int>(request.sender), reply));
}

} // namespace

int main() {
    if (serve_names() != 0)
        return report("names_server", "serve_names");
    static_cast<void>(table.add(names::make_name("names"), static_cast<uint32_t>(ant::getpid())));
    while (true) {
        ant_message message = {};
        if (receive(message) != 0)
            return report("names_server", "receive");
        if (message.kind == ANT_MESSAGE_ENDED)
            table.remove(message.words[0]);
        if (message.kind != ANT_MESSAGE_REQUEST)
            continue;
        free_moved_areas(message);
        serve(message);
    }
}
