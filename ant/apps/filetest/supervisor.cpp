// SPDX-License-Identifier: GPL-2.0-only
// See supervisor.h.
#include "supervisor.h"

#include <algorithm>
#include <ant/apps/common/find_process.h>
#include <ant/lib/report.h>
#include <ant/lib/server.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

constexpr int killed_status = 137;
constexpr uint64_t millisecond = 1'000'000;
constexpr uint32_t longest_life = 400; // milliseconds between two deaths

bool has_ended(int process) {
    ant_process_info info = {};
    return !find_process(process, info) || info.state == ANT_ZOMBIE;
}

/// One that these have started; 0: there is none at the moment.
int any_worker(std::span<const int> supervisors, Random& random) {
    int workers[16] = {};
    uint32_t count = 0;
    ant_process_info info = {};
    for (uint32_t index = 0; process_info(index, &info) == 0; index++)
        if (std::ranges::find(supervisors, static_cast<int>(info.parent)) != supervisors.end() &&
            info.state != ANT_ZOMBIE && count < std::size(workers))
            workers[count++] = static_cast<int>(info.pid);
    return count > 0 ? workers[random.below(count)] : 0;
}

/// A call of the dead one may still be in progress, and change a file.
void wait_until_gone(int process) {
    ant_process_info info = {};
    while (find_process(process, info))
        static_cast<void>(sleep_ns(millisecond));
}

} // namespace

int supervise(std::span<const char* const> worker) {
    const IcaBuffer area(sizeof(Journal)); // zeroed: nothing has been done
    if (!area.valid())
        return report("filetest", "journal");
    auto& journal = *reinterpret_cast<Journal*>(area.data());
    while (true) {
        const int process = spawn(worker);
        if (process < 0)
            return report("filetest", "process");
        ant_message message = {};
        message.area_count = 1;
        message.areas[0] = {.address = static_cast<uint32_t>(address_of(area.data())),
                            .size = 0,
                            .use = ANT_AREA_LEND};
        const bool answered = call_server(process, message) == 0;
        int status = 0;
        if (wait(process, &status) < 0)
            return report("filetest", "wait");
        if (answered || status != killed_status)
            return status;
        wait_until_gone(process);
        journal.processes_lost++;
    }
}

int work(Exerciser& exerciser, const Settings& settings) {
    ant_message message = {};
    if (receive(message) != 0 || message.kind != ANT_MESSAGE_REQUEST || message.area_count != 1)
        return report("filetest", "journal");
    auto* journal = reinterpret_cast<Journal*>(uintptr_t{message.areas[0].address});
    const int status = Run(exerciser, settings, *journal).run();
    message.area_count = 0;
    return reply(static_cast<int>(message.sender), message) == 0 ? status
                                                                 : report("filetest", "reply");
}

void kill_workers(std::span<const int> supervisors, uint64_t seed) {
    Random random(seed);
    while (!std::ranges::all_of(supervisors, has_ended)) {
        static_cast<void>(sleep_ns(random.below(longest_life) * millisecond));
        if (const int worker = any_worker(supervisors, random); worker != 0)
            static_cast<void>(kill(worker)); // one that has just ended does not mind
    }
}

} // namespace ant
