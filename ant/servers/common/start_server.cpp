// SPDX-License-Identifier: GPL-2.0-only
// Starting a server and waiting for its name.
#include <ant/lib/errno.h>
#include <ant/lib/format.h>
#include <ant/lib/names.h>
#include <ant/lib/process.h>
#include <ant/servers/common/start_server.h>

namespace ant {

namespace {

constexpr uint64_t limit_ns = 5'000'000'000; // detects a hang
constexpr uint64_t poll_ns = 1'000'000;

/// The status of a child that has ended, which is a failure whatever it says.
int failure_of(int process) {
    int status = 0;
    return wait(process, &status) >= 0 && status != 0 ? status : 1;
}

/// True when the watched child ends within a moment.
bool ends(int process) {
    ant_message message = {};
    return receive(message, poll_ns) == 0 && message.kind == ANT_MESSAGE_ENDED &&
           message.words[0] == static_cast<uint32_t>(process);
}

} // namespace

int start_server(std::string_view name, uint32_t rights) {
    if (find_server(name) >= 0) {
        last_error = EEXIST;
        return -1;
    }
    char program[ANT_NAME_BYTES];
    snprintf(program, sizeof(program), "%.*s_server", static_cast<int>(name.size()), name.data());
    const char* const words[] = {program};
    const int process = spawn(words, ANT_CORE_HERE, ANT_PRIORITY_SERVER, rights);
    if (process < 0)
        return -1;
    if (watch(process) != 0)
        return failure_of(process); // it has ended already
    const uint64_t end = time_ns() + limit_ns;
    while (find_server(name) != process) {
        if (ends(process))
            return failure_of(process);
        if (time_ns() > end) {
            last_error = ETIMEDOUT;
            return -1;
        }
    }
    return 0;
}

} // namespace ant
