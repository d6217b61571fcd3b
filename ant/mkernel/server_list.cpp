// SPDX-License-Identifier: GPL-2.0-only
// Reading etc/servers.
#include "ant/mkernel/server_list.h"

#include <algorithm>

#include "ant/base/text.h"

namespace ant {

namespace {

constexpr std::string_view white_space = " \t\r\n";

// Takes the next word off the text; empty at its end.
std::string_view take_word(std::string_view& text) {
    while (true) {
        text = without_first(text, std::min(text.find_first_not_of(white_space), text.size()));
        if (text.empty() || text.front() != '#')
            break;
        text = without_first(text, std::min(text.find('\n'), text.size()));
    }
    const std::string_view word = first_part(text, text.find_first_of(" \t\r\n#"));
    text = without_first(text, word.size());
    return word;
}

} // namespace

Result<std::string_view> init_arguments(std::string_view list, std::span<char> buffer) {
    std::size_t used = 0;
    for (std::string_view word = "init"; !word.empty(); word = take_word(list)) {
        if (word.find('\0') != std::string_view::npos)
            return Errno::einval;
        if (word.size() + 1 > buffer.size() - used)
            return Errno::e2big;
        std::ranges::copy(word, buffer.begin() + static_cast<std::ptrdiff_t>(used));
        used += word.size();
        buffer[used++] = '\0';
    }
    return std::string_view{buffer.data(), used};
}

} // namespace ant
