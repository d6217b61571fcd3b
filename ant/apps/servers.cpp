// SPDX-License-Identifier: GPL-2.0-only
// servers: lists the servers, process number and name, one a line.
// servers start NAME: starts one; with `on CORE`, on that core.
// servers stop NAME: ends one.
#include <ant/lib/names.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/servers/common/start_server.h>

using namespace ant;

namespace {

int list() {
    names::Name name = {};
    int process = 0;
    for (uint32_t index = 0; (process = list_servers(index, name)) >= 0; index++)
        ant::printf("%5d %s\n", process, name.data());
    return last_error == ENOENT ? 0 : report("servers", "the server names");
}

int start(const char* name) {
    const int result = start_server(name, ANT_RIGHT_DEVICES); // it may be a driver
    if (result < 0)
        return report("servers", name);
    if (result > 0)
        dprintf(standard_error, "servers: %s: ended at once (status %d)\n", name, result);
    return result;
}

int stop(const char* name) {
    const int process = find_server(name);
    if (process < 0 || ant::kill(process) != 0)
        return report("servers", name);
    // "Stopped" means: nobody finds it any more.
    while (find_server(name) == process)
        static_cast<void>(sleep_ns(1'000'000));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc == 3 ? argv[1] : "";
    if (argc == 1)
        return list();
    if (verb == "start")
        return start(argv[2]);
    if (verb == "stop")
        return stop(argv[2]);
    return usage("servers [start NAME | stop NAME]");
}
