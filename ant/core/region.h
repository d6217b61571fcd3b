// SPDX-License-Identifier: GPL-2.0-only
// What lies at fixed offsets of AnT's region for Linux to see (<antlinux/table.h>).
#pragma once

#include <antlinux/areas.h>
#include <antlinux/observe/counters.h>
#include <antlinux/observe/trace.h>
#include <antlinux/table.h>

#include "ant/base/address.h"

namespace ant {

template<typename T> T& in_region(std::uint32_t offset) {
    return *pointer_to<T>(VirtualAddress{ANTLINUX_REGION_BASE + offset});
}

inline antlinux_table& region_table() { return in_region<antlinux_table>(ANTLINUX_TABLE_OFFSET); }
inline antlinux_areas& region_areas() { return in_region<antlinux_areas>(ANTLINUX_AREAS_OFFSET); }
inline antlinux_counters& region_counters() {
    return in_region<antlinux_counters>(ANTLINUX_COUNTERS_OFFSET);
}
inline antlinux_trace& region_trace() { return in_region<antlinux_trace>(ANTLINUX_TRACE_OFFSET); }

} // namespace ant
