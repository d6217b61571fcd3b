// SPDX-License-Identifier: GPL-2.0-only
// AnT's side of platform.h.
#ifndef BENCH_PROGRAMS_ANT_BENCH_PLATFORM_H
#define BENCH_PROGRAMS_ANT_BENCH_PLATFORM_H

#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/linux_files.h>

namespace bench {

using Files = ant::LinuxFiles;
using Continue = ant::Continue;
using FileStatus = antlinux_stat;
using Buffer = ant::IcaBuffer;

} // namespace bench

#endif
