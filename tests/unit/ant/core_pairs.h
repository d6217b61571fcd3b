// SPDX-License-Identifier: GPL-2.0-only
// Tests of two processes run with each of these pairs of cores.
#pragma once

#include "machine/machine.h"

namespace ant::test {

struct CorePair {
    CoreNumber client, server;
};

inline const auto core_pairs =
    testing::Values(CorePair{p_core, p_core}, CorePair{m_core, m_core}, CorePair{p_core, q_core},
                    CorePair{m_core, p_core}, CorePair{p_core, m_core});

inline std::string name_of(CoreNumber core) {
    return core == m_core ? "m" : core == p_core ? "p" : "q";
}
inline std::string name_of_pair(const testing::TestParamInfo<CorePair>& info) {
    return name_of(info.param.client) + "_calls_" + name_of(info.param.server);
}
inline std::string name_of_core(const testing::TestParamInfo<CoreNumber>& info) {
    return name_of(info.param);
}

} // namespace ant::test
