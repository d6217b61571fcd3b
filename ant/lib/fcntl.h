// SPDX-License-Identifier: GPL-2.0-only
// Constants of open(), access(), lseek() and stat(): the C library's, which are Linux's for x86, 32
// and 64 bits.
#ifndef ANT_LIB_FCNTL_H
#define ANT_LIB_FCNTL_H

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#endif
