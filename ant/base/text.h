// SPDX-License-Identifier: GPL-2.0-only
// Parts of a string_view, and printing one. Its own substr() (and starts_with(), which uses it) can
// throw; a kernel has no exceptions.
#pragma once

#include <cstddef>
#include <string_view>

namespace ant {

// The first `count` characters, or all when there are fewer.
constexpr std::string_view first_part(std::string_view text, std::size_t count) {
    return {text.data(), count < text.size() ? count : text.size()};
}

// What is left without the first `count` characters; empty when there are fewer.
constexpr std::string_view without_first(std::string_view text, std::size_t count) {
    const std::size_t skipped = count < text.size() ? count : text.size();
    return {text.data() + skipped, text.size() - skipped};
}

constexpr std::string_view part(std::string_view text, std::size_t from, std::size_t count) {
    return first_part(without_first(text, from), count);
}

} // namespace ant

// A string_view as the two arguments of %.*s.
#define TEXT(view) static_cast<int>((view).size()), (view).data()
