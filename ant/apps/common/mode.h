// SPDX-License-Identifier: GPL-2.0-only
// Permissions as chmod and mkdir -m take them: "755", "u=rwx,go-w".
#ifndef ANT_APPS_COMMON_MODE_H
#define ANT_APPS_COMMON_MODE_H

#include <optional>
#include <string_view>

namespace ant {

/// What the proxies' mask (umask) takes from the permissions of a new file.
constexpr unsigned proxy_mask = 022;

/// The permissions that `text` makes of those of a directory with `mode`. Nothing: it is no mode.
[[nodiscard]] std::optional<unsigned> parse_mode(std::string_view text, unsigned mode);

} // namespace ant

#endif
