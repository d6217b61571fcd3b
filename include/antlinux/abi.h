/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract's ground rules: fixed-width types and layout checks that mean
 * the same in AnT (32-bit C++), in the Linux module (64-bit C) and in Linux
 * user space (64-bit C++).
 *
 * Every structure in include/antlinux/ is laid out by hand so that -m32 and
 * -m64 agree: 64-bit fields stand on multiples of 8, padding is spelled out,
 * and ANTLINUX_LAYOUT() refuses to compile when a compiler disagrees.
 */
#ifndef ANTLINUX_ABI_H
#define ANTLINUX_ABI_H

#ifdef __KERNEL__
#include <linux/stddef.h>
#include <linux/types.h>
typedef u16 antlinux_u16;
typedef u32 antlinux_u32;
typedef u64 antlinux_u64;
typedef s64 antlinux_s64;
#else
#include <stddef.h>
#include <stdint.h>
typedef uint16_t antlinux_u16;
typedef uint32_t antlinux_u32;
typedef uint64_t antlinux_u64;
typedef int64_t antlinux_s64;
#endif

#ifdef __cplusplus
#define ANTLINUX_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define ANTLINUX_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* The offset of one field, checked in every translation unit that sees it. */
#define ANTLINUX_LAYOUT(type, field, offset)                                                       \
    ANTLINUX_STATIC_ASSERT(offsetof(struct type, field) == (offset),                               \
                           #type "." #field " is not at " #offset)

/*
 * Version of everything in this directory. Both sides compare it before the
 * first request and refuse any difference. A part that an OS may leave out (observe/)
 * has a magic number of its own, which tells whether it is there.
 */
#define ANTLINUX_VERSION 3u

/* Both OSes use the x86 page of 4 KiB. Addresses in the contract are bytes. */
#define ANTLINUX_PAGE_SIZE 4096u

/* Cores are numbered by their local APIC id; at most this many take part. */
#define ANTLINUX_MAX_CORES 8u

#endif /* ANTLINUX_ABI_H */
