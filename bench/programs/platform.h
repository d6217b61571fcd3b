// SPDX-License-Identifier: GPL-2.0-only
// The little that differs between measuring on AnT and measuring on Linux. The rest of
// `measure` is the same source for both, so that both do the same work.
//
// <bench_platform.h> is found in ant/ or linux/, by the include path. It has
//   Files       the calls of ant::LinuxFiles: on AnT by a proxy process of its own, on Linux
//               each the same system call number of the process itself
//   Continue    the paper's continue function (nothing to Linux's own process)
//   FileStatus  what stat delivers
//   Buffer      what read and write transfer: without a copy on either OS
#ifndef BENCH_PROGRAMS_PLATFORM_H
#define BENCH_PROGRAMS_PLATFORM_H

#include <bench_platform.h>
#include <cstdint>
#include <span>
#include <string_view>

namespace bench {

/// "ant" or "linux".
extern const char* const system_name;
/// Whether calls are executed by another OS: then there is a null call.
extern const bool calls_are_passed_on;

/// Makes ready what belongs to no call: on AnT the LCA's memory. 0 or minus an errno.
int64_t prepare(Files& files);

/// Sleeps; a timer ends it, no loop.
void pause_ns(uint64_t nanoseconds);

/// Core of spawn() for the caller's own.
inline constexpr uint32_t own_core = UINT32_MAX;
/// Starts this program anew with other arguments, words[0] being its name. A process number
/// or minus an errno; EINVAL: not a core of this OS.
int64_t spawn(std::span<const char* const> words, uint32_t core);
/// Waits for its end: its status, 0..255, or minus an errno.
int64_t wait_for(int64_t process);

/// Writes all of the text to standard output (1) or standard error (2). False: it failed.
bool put(int descriptor, std::string_view text);

} // namespace bench

#endif
