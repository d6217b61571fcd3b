// SPDX-License-Identifier: GPL-2.0-only
// Reading counters while AnT's cores write them.
#include "userland/counters/facts.h"

#include <antlinux/ring.h>

#include "userland/proxy/calls.h"

namespace antlinux {
namespace {

// A 32-bit core writes the halves one after the other: right is what two looks agree on.
antlinux_u64 value_of(const antlinux_u64& counter) {
    antlinux_u64 before = __atomic_load_n(&counter, __ATOMIC_RELAXED);
    for (;;) {
        const antlinux_u64 now = __atomic_load_n(&counter, __ATOMIC_RELAXED);
        if (now == before)
            return now;
        before = now;
    }
}

class Facts {
public:
    void add(const std::string& name, antlinux_u64 value) { add(name, std::to_string(value)); }
    void add(const std::string& name, const std::string& value) {
        text_ += name + " " + value + "\n";
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void add_call(Facts& facts, const std::string& core, const antlinux_call_counters& call) {
    const antlinux_u32 number = antlinux_load_acquire(&call.syscallno);
    if (number == ANTLINUX_COUNTED_NONE)
        return;
    std::string buckets;
    for (antlinux_u32 i = 0; i < ANTLINUX_BUCKETS; ++i)
        if (const antlinux_u64 count = value_of(call.buckets[i]); count != 0)
            buckets +=
                (buckets.empty() ? "" : ",") + std::to_string(i) + ":" + std::to_string(count);
    if (buckets.empty())
        return;
    const std::string name =
        core + ".call." + (number == ANTLINUX_COUNTED_OTHER ? "other" : call_name(number));
    facts.add(name + ".errors", value_of(call.errors));
    facts.add(name + ".buckets", buckets);
}

void add_core(Facts& facts, antlinux_u32 number, const antlinux_core_counters& core) {
    const std::string name = "ant.core" + std::to_string(number);
    facts.add(name + ".calls", value_of(core.calls));
    facts.add(name + ".results", value_of(core.results));
    facts.add(name + ".interrupts", value_of(core.interrupts));
    facts.add(name + ".spurious", value_of(core.spurious));
    facts.add(name + ".refused", value_of(core.refused));
    facts.add(name + ".waits", value_of(core.waits));
    for (const antlinux_call_counters& call : core.call)
        add_call(facts, name, call);
}

} // namespace

Result<std::string> facts_of(const antlinux_counters& counters, antlinux_u32 generation) {
    if (antlinux_load_acquire(&counters.magic) != ANTLINUX_COUNTERS_MAGIC ||
        counters.generation != generation)
        return Errno{ENODATA};
    if (counters.version != ANTLINUX_VERSION)
        return Errno{EPROTO};
    Facts facts;
    facts.add("ant.tsc_khz", counters.tsc_khz);
    facts.add("ant.started", value_of(counters.started));
    facts.add("ant.ica_size", value_of(counters.ica_size));
    facts.add("ant.ica_free", value_of(counters.ica_free));
    for (antlinux_u32 core = 0; core < ANTLINUX_MAX_CORES; ++core)
        if ((counters.cores >> core & 1) != 0)
            add_core(facts, core, counters.core[core]);
    return facts.take();
}

} // namespace antlinux
