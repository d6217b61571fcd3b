// SPDX-License-Identifier: GPL-2.0-only
// The table of a mapped device: from dmsetup's text to what the ioctl takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antlinux {

// One line "START LENGTH TARGET ARGUMENTS": LENGTH sectors from START on are the target's.
struct MappedRange {
    std::uint64_t start_sector = 0;
    std::uint64_t sectors = 0;
    std::string target;
    std::string arguments;
};

// Nothing when a line is no such line; empty lines do not count.
std::optional<std::vector<MappedRange>> parse_table(std::string_view text);

// One dm_target_spec per range, its arguments behind it, each aligned to 8 bytes.
std::vector<std::byte> pack_table(const std::vector<MappedRange>& ranges);

} // namespace antlinux
