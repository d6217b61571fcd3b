// SPDX-License-Identifier: GPL-2.0-only
// Copying out of the log's ring; the rules are in include/antlinux/observe/log.h.
#include "userland/klog/log_copy.h"

#include <algorithm>
#include <antlinux/ring.h>

namespace antlinux {

Result<std::string> copy_log(const antlinux_log& header, const char* text) {
    if (antlinux_load_acquire(&header.magic) != ANTLINUX_LOG_MAGIC)
        return Errno{ENODATA};
    if (header.version != ANTLINUX_VERSION || header.text_bytes != ANTLINUX_LOG_TEXT_BYTES)
        return Errno{EPROTO};
    constexpr antlinux_u32 mask = ANTLINUX_LOG_TEXT_BYTES - 1;
    const antlinux_u32 end = antlinux_load_acquire(&header.end);
    const antlinux_u32 start = antlinux_load_acquire(&header.start);
    // Start may have moved beyond the end that was loaded before it: then nothing is whole.
    const antlinux_u32 size = end - start <= ANTLINUX_LOG_TEXT_BYTES ? end - start : 0;
    std::string lines(size, '\0');
    for (antlinux_u32 i = 0; i < size; ++i)
        lines[i] = text[(start + i) & mask];
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    lines.erase(0, std::min(antlinux_load_acquire(&header.start) - start, size));
    if (const antlinux_u32 lost = antlinux_load_acquire(&header.lost_lines); lost > 0)
        lines.insert(0, "(" + std::to_string(lost) + " earlier lines lost)\n");
    return lines;
}

} // namespace antlinux
