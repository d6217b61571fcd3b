// SPDX-License-Identifier: GPL-2.0-only
// Watches.
#include "ant/mkernel/watches.h"

#include <algorithm>

#include "ant/core/communication.h"
#include "ant/mkernel/process_manager.h"
#include "ant/mkernel/system_call.h"

namespace ant::mkernel {

Answer calls::watch(Process& watcher, ProcessNumber watched) {
    TRY(find_process(watched));
    const auto is_this = [&](const Watch& watch) {
        return watch.state.load(std::memory_order_acquire) == Watch::State::armed &&
               watch.watcher == watcher.number() && watch.watched == watched;
    };
    if (std::ranges::any_of(watches, is_this))
        return 0;
    auto* const place = std::ranges::find_if(watches, [](const Watch& watch) {
        return watch.state.load(std::memory_order_acquire) == Watch::State::unused;
    });
    if (place == watches.end())
        return Errno::enfile;
    place->watcher = watcher.number();
    place->watched = watched;
    place->state.store(Watch::State::armed, std::memory_order_release);
    return 0;
}

Result<void> serve_names(const Process& process) {
    const ProcessNumber present{names_server.load(std::memory_order_relaxed)};
    if (present != ProcessNumber{} && present != process.number())
        return Errno::ebusy;
    names_server.store(process.number().value(), std::memory_order_relaxed);
    return {};
}

void end_watches(ProcessNumber ended) {
    if (ProcessNumber{names_server.load(std::memory_order_relaxed)} == ended)
        names_server.store(0, std::memory_order_relaxed);
    for (Watch& watch : watches) {
        const auto state = watch.state.load(std::memory_order_acquire);
        if (state == Watch::State::unused)
            continue;
        if (watch.watcher == ended) {
            watch.state.store(Watch::State::unused, std::memory_order_release);
        } else if (watch.watched == ended && state == Watch::State::armed) {
            watch.state.store(Watch::State::ended, std::memory_order_release);
            post_end(slot_of(watch.watcher));
        }
    }
}

} // namespace ant::mkernel
