// SPDX-License-Identifier: GPL-2.0-only
// Starting a server: the program NAME_server, until it is found under NAME.
#ifndef ANT_SERVERS_COMMON_START_SERVER_H
#define ANT_SERVERS_COMMON_START_SERVER_H

#include <cstdint>
#include <string_view>

namespace ant {

/// Starts a server on this core and waits until others can find it. Returns 0, or the server's exit
/// status when it ended before that, or -1 and last_error: EEXIST there is one already, ENOENT no
/// such program, ETIMEDOUT it lives but does not take its name, otherwise as spawn(). `rights` is
/// spawn()'s.
[[nodiscard]] int start_server(std::string_view name, uint32_t rights);

} // namespace ant

#endif
