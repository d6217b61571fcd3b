// SPDX-License-Identifier: GPL-2.0-only
// Numbers of the Linux system calls that libant makes: x86-64's, whatever AnT's
// own word size is (Linux: arch/x86/entry/syscalls/syscall_64.tbl).
#ifndef ANT_LIB_LINUX_NUMBERS_H
#define ANT_LIB_LINUX_NUMBERS_H

#include <antlinux/lca.h>

namespace ant {

#define ANT_LINUX_NUMBERS(NUMBER)                                                                  \
    NUMBER(read, 0)                                                                                \
    NUMBER(write, 1)                                                                               \
    NUMBER(open, 2)                                                                                \
    NUMBER(close, 3)                                                                               \
    NUMBER(stat, 4)                                                                                \
    NUMBER(fstat, 5)                                                                               \
    NUMBER(lstat, 6)                                                                               \
    NUMBER(lseek, 8)                                                                               \
    NUMBER(pread64, 17)                                                                            \
    NUMBER(pwrite64, 18)                                                                           \
    NUMBER(access, 21)                                                                             \
    NUMBER(dup, 32)                                                                                \
    NUMBER(getpid, 39)                                                                             \
    NUMBER(fsync, 74)                                                                              \
    NUMBER(fdatasync, 75)                                                                          \
    NUMBER(truncate, 76)                                                                           \
    NUMBER(ftruncate, 77)                                                                          \
    NUMBER(rename, 82)                                                                             \
    NUMBER(mkdir, 83)                                                                              \
    NUMBER(rmdir, 84)                                                                              \
    NUMBER(link, 86)                                                                               \
    NUMBER(unlink, 87)                                                                             \
    NUMBER(symlink, 88)                                                                            \
    NUMBER(readlink, 89)                                                                           \
    NUMBER(chmod, 90)                                                                              \
    NUMBER(fchmod, 91)                                                                             \
    NUMBER(getdents64, 217)                                                                        \
    NUMBER(utimensat, 280)                                                                         \
    NUMBER(null, ANTLINUX_CALL_NULL)

#define ANT_LINUX_NUMBER(name, number) name = (number),
enum class LinuxNumber : antlinux_u32 { ANT_LINUX_NUMBERS(ANT_LINUX_NUMBER) };
#undef ANT_LINUX_NUMBER

/// The call's name, or "?" when it is none of these.
constexpr const char* name_of(LinuxNumber number) {
#define ANT_LINUX_NAME(name, value)                                                                \
    case LinuxNumber::name:                                                                        \
        return #name;
    switch (number) { ANT_LINUX_NUMBERS(ANT_LINUX_NAME) }
#undef ANT_LINUX_NAME
    return "?";
}

} // namespace ant

#endif
