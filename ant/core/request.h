// SPDX-License-Identifier: GPL-2.0-only
// Asking the m-kernel: memory and processes are managed on its core only.
#pragma once

#include <cstdint>

#include "ant/core/process.h"

namespace ant {

// Asks for the current process and blocks it until the answer is there; the answer's result.
std::int32_t ask_mkernel(SystemCall call, const CallWords& arguments);

template<SystemCall Number, typename... Arguments>
std::int32_t ask_mkernel(Arguments... arguments) {
    return ask_mkernel(Number, Call<Number>::words(arguments...));
}

} // namespace ant
