// SPDX-License-Identifier: GPL-2.0-only
// Constants of open(), access(), lseek() and stat(): x86-64 Linux's values.
#ifndef ANT_LIB_FCNTL_H
#define ANT_LIB_FCNTL_H

#if __STDC_HOSTED__
// Unit tests on the host: the C library has the same values.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#define O_RDONLY 00000000
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_ACCMODE 00000003 // the bits of these three
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define O_DIRECTORY 00200000

#define F_OK 0 // access(): it exists; it may be executed, written, read
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define SEEK_SET 0 // from the start of the file
#define SEEK_CUR 1 // from the present offset
#define SEEK_END 2 // from the end of the file

// antlinux_stat::mode: the file's type, above the permission bits.
#define S_IFMT 00170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_ISDIR(mode) ((S_IFMT & (mode)) == S_IFDIR)
#endif

#endif
