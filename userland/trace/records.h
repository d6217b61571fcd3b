// SPDX-License-Identifier: GPL-2.0-only
// Reading recorded calls out of the ring (include/antlinux/observe/trace.h), and each as a line of
// text.
#pragma once

#include <antlinux/observe/trace.h>

#include <string>
#include <vector>

#include "userland/common/errno.h"

namespace antlinux {

struct Recorded {
    std::vector<antlinux_trace_record> records;
    antlinux_u32 lost = 0; // for which there was no space, or that their writer never completed
};

// Takes all records out of the ring. ENODATA: there is no ring; EPROTO: not one that we understand.
Result<Recorded> take_records(antlinux_trace& trace);

// "entered=... returned=... ... name=cat": names and values, the process's name last.
std::string line_of(const antlinux_trace_record& record);

} // namespace antlinux
