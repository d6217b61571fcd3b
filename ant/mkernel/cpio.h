// SPDX-License-Identifier: GPL-2.0-only
// Reads AnT's RAM disk: a cpio archive in the "newc" format, as `cpio -H newc` writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ant/base/result.h"

namespace ant {

struct CpioEntry {
    std::string_view name;           // without a leading "./" or "/"
    std::span<const std::byte> data; // inside the archive: nothing is copied
    std::uint32_t mode = 0;          // Linux's S_IF* and permission bits

    bool is_regular_file() const { return (mode & 0170000) == 0100000; }
};

// The archive may hold anything: every number in it is checked against what is left of it.
class CpioReader {
public:
    explicit CpioReader(std::span<const std::byte> archive) : archive_(archive) {}

    // The next entry, or nothing behind the last one. EINVAL: the archive is damaged here.
    Result<std::optional<CpioEntry>> next();

private:
    std::span<const std::byte> archive_;
    std::size_t offset_ = 0;
    bool ended_ = false;
};

// The regular file of that name. ENOENT; EINVAL when the archive is damaged before it is found.
Result<CpioEntry> find_file(std::span<const std::byte> archive, std::string_view name);

} // namespace ant
