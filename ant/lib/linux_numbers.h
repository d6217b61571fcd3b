// SPDX-License-Identifier: GPL-2.0-only
// Numbers of the Linux system calls that libant makes: x86-64's, whatever AnT's
// own word size is (Linux: arch/x86/entry/syscalls/syscall_64.tbl).
#ifndef ANT_LIB_LINUX_NUMBERS_H
#define ANT_LIB_LINUX_NUMBERS_H

#include <antlinux/lca.h>

namespace ant {

enum class LinuxNumber : antlinux_u32 {
    read = 0,
    write = 1,
    open = 2,
    close = 3,
    stat = 4,
    fstat = 5,
    lstat = 6,
    lseek = 8,
    pread64 = 17,
    pwrite64 = 18,
    access = 21,
    dup = 32,
    getpid = 39,
    fsync = 74,
    truncate = 76,
    ftruncate = 77,
    rename = 82,
    mkdir = 83,
    rmdir = 84,
    unlink = 87,
    readlink = 89,
    getdents64 = 217,
    null = ANTLINUX_CALL_NULL,
};

} // namespace ant

#endif
