// SPDX-License-Identifier: GPL-2.0-only
// What the proxy processes take of Linux's memory.
#pragma once

#include <cstdint>
#include <string>

namespace antlinux {

// Bytes that belong to the children of the parent process alone, as /proc (under `proc`) has them.
// A process that ends while we look counts nothing.
std::uint64_t private_bytes_of_proxies(const std::string& proc = "/proc");

} // namespace antlinux
