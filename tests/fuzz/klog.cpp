// SPDX-License-Identifier: GPL-2.0-only
// AnT's log as Linux reads it, with a header of any bytes: no more lines than the ring has text.
#include <array>

#include "tests/fuzz/fuzz.h"
#include "userland/klog/log_copy.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    static std::array<char, ANTLINUX_LOG_TEXT_BYTES>
        text; // all of the ring: nothing lies behind it
    antlinux_log header{};
    if (input.below(4) != 0) {
        header.magic = ANTLINUX_LOG_MAGIC;
        header.version = ANTLINUX_VERSION;
        header.text_bytes = ANTLINUX_LOG_TEXT_BYTES;
        header.start = input.take<std::uint32_t>();
        header.end = header.start + input.take<std::uint32_t>() % (2 * ANTLINUX_LOG_TEXT_BYTES);
        header.lost_lines = input.take<std::uint32_t>();
    } else {
        header = input.take<antlinux_log>();
    }
    const std::string_view pattern = input.rest();
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = pattern.empty() ? '\n' : pattern[i % pattern.size()];

    const auto lines = antlinux::copy_log(header, text.data());
    if (lines.is_error())
        return 0;
    ASSERT(header.magic == ANTLINUX_LOG_MAGIC);
    constexpr std::string_view longest_remark = "(4294967295 earlier lines lost)\n";
    ASSERT(lines.value().size() <= text.size() + longest_remark.size());
    return 0;
}
