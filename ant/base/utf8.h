// SPDX-License-Identifier: GPL-2.0-only
// How much of a screen a text in UTF-8 takes; characters of two columns are not known here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ant {

/// Whether the byte does not start a character, and so takes no column.
constexpr bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Columns of the text.
constexpr std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return !is_continuation(byte); }));
}

} // namespace ant
