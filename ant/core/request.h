// SPDX-License-Identifier: GPL-2.0-only
// Asking the m-kernel: memory and processes are managed on its core only.
#pragma once

#include <cstdint>

#include "ant/core/process.h"

namespace ant {

// Asks for the current process and blocks it until the answer is there; the answer's result.
std::int32_t ask_mkernel(RequestKind kind, std::uint32_t first = 0, std::uint32_t second = 0,
                         std::uint32_t third = 0, std::uint32_t fourth = 0);

} // namespace ant
