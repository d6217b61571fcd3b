// SPDX-License-Identifier: GPL-2.0-only
// Programs that lie in Linux's file system: read by linux_call, checked and loaded
// by AnT's kernel.
#ifndef ANT_LIB_PROGRAM_FILE_H
#define ANT_LIB_PROGRAM_FILE_H

#include <ant/lib/process.h>

namespace ant {

/// Starts the program in the Linux file `path` (from Linux's root when it does not
/// begin with a slash); arguments[0] is what the program gets as its name. Core and
/// priority are spawn()'s. Returns the process number, or -1 with last_error set:
///   what open() and read() of the file answer (ENOENT, EACCES, ENXIO no Linux ...)
///   EISDIR, EACCES  a directory, or something else that is no file
///   EFBIG           larger than 4 GiB
///   ENOMEM          it does not fit into the ICA, or asks for more memory than there is
///   ENOEXEC         not an AnT program: then `*why` says what is wrong with it
///   E2BIG, EINVAL, EAGAIN  as spawn()
/// The file is read through a proxy process of its own, which ends with this call.
[[nodiscard]] int spawn_file(const char* path, std::span<const char* const> arguments,
                             uint32_t core = ANT_CORE_HERE,
                             uint32_t priority = ANT_PRIORITY_INHERIT, const char** why = nullptr);

} // namespace ant

#endif
