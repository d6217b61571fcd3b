// SPDX-License-Identifier: GPL-2.0-only
// A RAM disk of any bytes: every entry lies inside it, and the end comes.
#include "ant/mkernel/cpio.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    const std::span archive{data, size};
    ant::CpioReader reader{archive};
    for (std::size_t entries = 0;; ++entries) {
        const auto next = reader.next();
        if (next.is_error() || !next.value())
            break;
        const ant::CpioEntry& entry = *next.value();
        if (!entry.data.empty()) {
            ASSERT(entry.data.data() >= data);
            ASSERT(entry.data.data() + entry.data.size() <= data + size);
        }
        ASSERT(entries < size); // each one takes up some of the archive
    }
    (void)ant::find_file(archive, "bin/antsh").is_ok();
    return 0;
}
