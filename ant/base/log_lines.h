// SPDX-License-Identifier: GPL-2.0-only
// The kernel log's lines: their levels, and picking some of them. AnT's `klog` and Linux's
// ant-klog show the same log with the same options.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ant {

// The more urgent, the smaller.
enum class LogLevel : std::uint8_t { error, warning, info, debug };

inline constexpr std::array<std::string_view, 4> log_level_names{"error", "warning", "info",
                                                                 "debug"};

constexpr std::optional<LogLevel> log_level(std::string_view name) {
    for (std::size_t i = 0; i < log_level_names.size(); ++i)
        if (log_level_names[i] == name)
            return static_cast<LogLevel>(i);
    return std::nullopt;
}

// Of "[    1.234567] core 2: warning: text". Nothing: another kind of line.
constexpr std::optional<LogLevel> level_of_line(std::string_view line) {
    for (const std::string_view before : {"] core ", ": "}) {
        const std::size_t found = line.find(before);
        if (found == std::string_view::npos)
            return std::nullopt;
        line.remove_prefix(found + before.size());
    }
    const std::size_t end = line.find(": ");
    if (end == std::string_view::npos)
        return std::nullopt;
    line.remove_suffix(line.size() - end);
    return log_level(line);
}

struct LogSelection {
    LogLevel least = LogLevel::debug; // lines of this level and more urgent ones
    std::size_t count = SIZE_MAX;     // only the last so many of them

    // Lines of another kind, such as "(3 earlier lines lost)", are shown with every level.
    constexpr bool wants(std::string_view line) const {
        const auto level = level_of_line(line);
        return !level || *level <= least;
    }
};

// Calls print(line), the newline included, for each selected line of `text`.
template<typename Print>
constexpr void for_each_line(std::string_view text, const LogSelection& selection, Print print) {
    const auto walk = [&](auto use) {
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t newline = rest.find('\n');
            const std::size_t length =
                newline == std::string_view::npos ? rest.size() : newline + 1;
            const std::string_view line{rest.data(), length};
            if (selection.wants(line))
                use(line);
            rest.remove_prefix(length);
        }
    };
    std::size_t skip = 0;
    walk([&](std::string_view) { ++skip; });
    skip = skip > selection.count ? skip - selection.count : 0;
    walk([&](std::string_view line) {
        if (skip > 0)
            --skip;
        else
            print(line);
    });
}

} // namespace ant
