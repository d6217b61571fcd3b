// SPDX-License-Identifier: GPL-2.0-only
// AnT's side of platform.h.
#include "bench/programs/platform.h"

#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/unistd.h>

namespace bench {

static_assert(own_core == ANT_CORE_HERE);

const char* const system_name = "ant";
const bool calls_are_passed_on = true;

int64_t prepare(Files& files) { return files.lca().prepare(); }

void pause_ns(uint64_t nanoseconds) { static_cast<void>(ant::sleep_ns(nanoseconds)); }

int64_t spawn(std::span<const char* const> words, uint32_t core) {
    const int process = ant::spawn(words, core);
    return process < 0 ? -ant::last_error : process;
}

int64_t wait_for(int64_t process) {
    int status = 0;
    return ant::wait(static_cast<int>(process), &status) < 0 ? -ant::last_error : status;
}

bool put(int descriptor, std::string_view text) {
    return ant::write_all(descriptor, text.data(), text.size()) == 0;
}

} // namespace bench
