// SPDX-License-Identifier: GPL-2.0-only
// etc/servers of any bytes: init's arguments stay inside the buffer, and each ends there.
#include "ant/mkernel/server_list.h"

#include <array>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    std::array<char, 64> buffer;
    const auto arguments = ant::init_arguments(fuzz::Input{data, size}.rest(), buffer);
    if (arguments.is_error())
        return 0;
    ASSERT(arguments.value().data() == buffer.data());
    ASSERT(arguments.value().size() <= buffer.size());
    ASSERT(arguments.value().starts_with("init"));
    ASSERT(arguments.value().back() == '\0');
    return 0;
}
