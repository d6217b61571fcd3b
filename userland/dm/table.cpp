// SPDX-License-Identifier: GPL-2.0-only
// The table of a mapped device: from dmsetup's text to what the ioctl takes.
#include "userland/dm/table.h"

#include <linux/dm-ioctl.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

namespace antlinux {
namespace {

// Takes the first word off the text; empty when there is none.
std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

bool take_number(std::string_view& text, std::uint64_t& number) {
    const std::string_view word = take_word(text);
    const char* const end = word.data() + word.size();
    const auto result = std::from_chars(word.data(), end, number);
    return !word.empty() && result.ec == std::errc{} && result.ptr == end;
}

std::optional<MappedRange> parse_line(std::string_view line) {
    MappedRange range;
    if (!take_number(line, range.start_sector) || !take_number(line, range.sectors))
        return {};
    range.target = take_word(line);
    // The kernel's array of the name ends with a NUL.
    if (range.target.empty() || range.target.size() >= DM_MAX_TYPE_NAME)
        return {};
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    range.arguments = line;
    return range;
}

} // namespace

std::optional<std::vector<MappedRange>> parse_table(std::string_view text) {
    std::vector<MappedRange> ranges;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.find_first_not_of(' ') == std::string_view::npos)
            continue;
        auto range = parse_line(line);
        if (!range)
            return {};
        ranges.push_back(std::move(*range));
    }
    return ranges;
}

std::vector<std::byte> pack_table(const std::vector<MappedRange>& ranges) {
    constexpr std::size_t alignment = 8;
    std::vector<std::byte> packed;
    for (const MappedRange& range : ranges) {
        const std::size_t size = sizeof(dm_target_spec) + range.arguments.size() + 1;
        dm_target_spec spec = {};
        spec.sector_start = range.start_sector;
        spec.length = range.sectors;
        // From this spec to the next one.
        spec.next = static_cast<std::uint32_t>((size + alignment - 1) / alignment * alignment);
        std::ranges::copy(range.target, std::begin(spec.target_type));

        const std::size_t at = packed.size();
        packed.resize(at + spec.next); // zeros: the NUL behind the arguments is there
        const std::span<std::byte> place = std::span(packed).subspan(at);
        std::memcpy(place.data(), &spec, sizeof(spec));
        std::memcpy(place.subspan(sizeof(spec)).data(), range.arguments.data(),
                    range.arguments.size());
    }
    return packed;
}

} // namespace antlinux
