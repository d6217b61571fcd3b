// SPDX-License-Identifier: GPL-2.0-only
// Where AnT's driver holds a call (<antlinux/observe/failpoints.h>). In an ordinary build: nowhere.
#pragma once

#include <antlinux/lca.h>
#include <antlinux/observe/stops.h>

namespace ant::failpoint {

#ifdef ANTLINUX_FAILPOINTS
inline constexpr bool built_in = true;
// Is the call, which has come to this stop, to stay there for now? core/failpoints.cpp defines it.
bool is_held(const antlinux_lca& lca, antlinux_stop stop);
#else
inline constexpr bool built_in = false;
constexpr bool is_held(const antlinux_lca& /*lca*/, antlinux_stop /*stop*/) { return false; }
#endif

} // namespace ant::failpoint
