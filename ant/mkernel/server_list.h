// SPDX-License-Identifier: GPL-2.0-only
// etc/servers in the RAM disk: the servers that are there from the start.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "ant/base/result.h"

namespace ant {

// The arguments of init: its own name and the names in the list, each ended by NUL, put into
// `buffer`. The list has names between white space, and comments from # to the end of the line.
// E2BIG: the buffer is too small; EINVAL: a NUL in the list.
Result<std::string_view> init_arguments(std::string_view list, std::span<char> buffer);

} // namespace ant
