// SPDX-License-Identifier: GPL-2.0-only
// Requests without data, and with areas of several lengths lent, or moved there and back.
#include "ipc.h"

#include "samples.h"

#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/server.h>

namespace ant {

namespace {

struct Kind {
    const char* mode;
    size_t bytes; ///< 0: no area
    ant_area_use use;
};

constexpr Kind kinds[] = {
    {"words", 0, ANT_AREA_LEND},
    {"lend-64", 64, ANT_AREA_LEND},
    {"lend-65536", 65536, ANT_AREA_LEND},
    {"lend-1048576", 1048576, ANT_AREA_LEND},
    {"move-64", 64, ANT_AREA_MOVE},
    {"move-65536", 65536, ANT_AREA_MOVE},
    {"move-1048576", 1048576, ANT_AREA_MOVE},
};

/// False with last_error set.
bool measure(int server, const Kind& kind, uint64_t count, Samples& samples) {
    const IcaBuffer buffer(kind.bytes > 0 ? kind.bytes : 1);
    if (!buffer.valid())
        return false;
    const ant_area area = {.address =
                               static_cast<uint32_t>(reinterpret_cast<uintptr_t>(buffer.data())),
                           .size = 0,
                           .use = static_cast<uint32_t>(kind.use)};
    samples.clear();
    for (uint64_t i = 0; i < count; i++) {
        ant_message message = {};
        message.area_count = kind.bytes > 0 ? 1 : 0;
        message.areas[0] = area;
        const uint64_t start = time_stamp();
        if (call_server(server, message) != 0)
            return false;
        samples.add(time_stamp() - start);
    }
    return true;
}

int run(int server, uint64_t count) {
    Samples samples(static_cast<size_t>(count));
    if (!samples.valid())
        return report("bench", "memory");
    for (const Kind& kind : kinds) {
        TickScale scale;
        if (!measure(server, kind, count, samples))
            return report("bench", kind.mode);
        print_row("ipc", kind.mode, samples, scale);
    }
    return 0;
}

} // namespace

int bench_ipc(uint64_t count, uint32_t core) {
    const int server = spawn({{"bench", "ipc-server"}}, core);
    if (server < 0)
        return report("bench", "ipc-server");
    print_heading();
    const int status = run(server, count);
    static_cast<void>(kill(server));
    static_cast<void>(wait(server, nullptr));
    return status;
}

int serve_bench() {
    while (true) {
        ant_message message = {};
        if (receive(message) != 0)
            return report("bench", "receive");
        // What was moved goes back the same way; what was lent goes back by itself.
        if (message.area_count > 0 && message.areas[0].use == ANT_AREA_LEND)
            message.area_count = 0;
        static_cast<void>(reply(static_cast<int>(message.sender), message));
    }
}

} // namespace ant
