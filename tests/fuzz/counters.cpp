// SPDX-License-Identifier: GPL-2.0-only
// AnT's counters as Linux reads them, with any bytes in them: lines "NAME VALUE".
#include <memory>
#include <string>

#include "tests/fuzz/fuzz.h"
#include "userland/counters/facts.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    static const auto counters = std::make_unique<antlinux_counters>();
    *counters = {};
    counters->magic = ANTLINUX_COUNTERS_MAGIC;
    counters->version = ANTLINUX_VERSION;
    counters->generation = 1;
    counters->cores = input.take<std::uint32_t>();
    for (antlinux_core_counters& core : counters->core)
        for (antlinux_call_counters& call : core.call)
            call.syscallno = ANTLINUX_COUNTED_NONE;
    while (!input.is_empty())
        fuzz::spoil_word(input, counters.get(), sizeof *counters);

    const auto facts = antlinux::facts_of(*counters, 1);
    if (facts.is_error())
        return 0;
    std::string_view text = facts.value();
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() + 1);
        const std::size_t blank = line.find(' ');
        ASSERT(blank != std::string_view::npos);
        ASSERT(line.find_first_not_of("0123456789:,", blank + 1) == std::string_view::npos);
        ASSERT(line.size() > blank + 1);
    }
    return 0;
}
