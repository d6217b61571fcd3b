/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LCA, the Linux system Call information Area: one request block in shared
 * memory (paper section 3.3.2).
 *
 * Life of an LCA: an AnT process gets shared memory (an ICA), puts the LCA at
 * its start, fills in the call, and hands it over with linux_call(). From then
 * until linux_call() returns the block belongs to Linux, whose proxy process
 * executes the call and writes retval. The block is always AnT's memory: AnT
 * allocates it and AnT frees it.
 */
#ifndef ANTLINUX_LCA_H
#define ANTLINUX_LCA_H

#include "abi.h"

/* "LCA" and the version: a block that does not start with it is refused. */
#define ANTLINUX_LCA_MAGIC (0x4c434100u | ANTLINUX_VERSION)

/* Alignment of an LCA's physical address: one cache line. */
#define ANTLINUX_LCA_ALIGN 64u

/*
 * What an entry of a ring is about, in the low bits of the LCA's address. In the request ring:
 * nothing: a call; the answer is an entry with nothing, too.
 * END: nobody waits for the call any more, or for a next one. The LCA's proxy is ended, whatever it
 *   does, and the answer, with END, comes when it is gone, instead of the call's own (which may be
 *   in the ring already). The LCA's memory is AnT's alone from then on.
 * INTERRUPT: the call in progress is to end early, with EINTR unless Linux has finished it or can
 *   tell something better (a short count). No answer but the call's; when there is none, nothing.
 */
#define ANTLINUX_ENTRY_END 1u
#define ANTLINUX_ENTRY_INTERRUPT 2u
#define ANTLINUX_ENTRY_BITS (ANTLINUX_LCA_ALIGN - 1u)

/* cflag, the continue function: what the proxy does after the call. */
#define ANTLINUX_CFLAG_END 0u      /* it exits: its open files are closed      */
#define ANTLINUX_CFLAG_CONTINUE 1u /* it sleeps until the next call on this LCA */

#define ANTLINUX_MAX_ARGS 6u

/*
 * syscallno is Linux's x86-64 number. One number lies outside Linux's space: NULL
 * does nothing and answers 0 (the paper's null call, Table 6).
 */
#define ANTLINUX_CALL_NULL 0x80000000u

/* The block for those who watch calls (observe/stops.h). A call does not need it. */
#define ANTLINUX_LCA_OBSERVE_BYTES 48u

/*
 * An incarnation is one proxy process: open files are its own, and end with it. The module numbers
 * them from 1 on and writes into the LCA which one serves it (0: none any more). When a kept proxy
 * is found dead, the call is not done, and the answer is EOWNERDEAD, as long as the LCA has the
 * dead one's number: so a descriptor never means a file of another incarnation. The process stores
 * 0 when it knows. A proxy that dies during a call answers it with EOWNERDEAD, too: Linux may have
 * done the call or not. The number is 0 then.
 */
struct antlinux_lca {
	antlinux_u32 magic; /* ANTLINUX_LCA_MAGIC */
	antlinux_u16 cid;   /* number of the calling core: where the reply goes;
			     * written by AnT's kernel, not by the process */
	antlinux_u16 cflag; /* ANTLINUX_CFLAG_* */
	antlinux_u32 syscallno;   /* Linux x86-64 number or ANTLINUX_CALL_*            */
	antlinux_u32 incarnation; /* written by Linux's module; by the process: 0      */
	antlinux_s64 retval;    /* >= 0 the result, -4095..-1 minus Linux's errno   */
	antlinux_u32 owner;     /* AnT process number; written by AnT's kernel       */
	antlinux_u32 sequence;  /* counts AnT's calls; written by AnT's kernel. It and
				 * `owner` must be unchanged when the result comes   */
	/*
	 * Values as they are. A pointer argument is a *physical* address in an
	 * area of the ICA that the caller may use (areas.h), so the two address
	 * spaces need not know each other.
	 */
	antlinux_u64 args[ANTLINUX_MAX_ARGS];
	unsigned char observe[ANTLINUX_LCA_OBSERVE_BYTES]; /* zero: nobody watches */
};

ANTLINUX_LAYOUT(antlinux_lca, cid, 4);
ANTLINUX_LAYOUT(antlinux_lca, incarnation, 12);
ANTLINUX_LAYOUT(antlinux_lca, retval, 16);
ANTLINUX_LAYOUT(antlinux_lca, args, 32);
ANTLINUX_LAYOUT(antlinux_lca, observe, 80);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_lca) == 128, "an LCA is two cache lines");

/*
 * What stat and fstat deliver: a layout of AnT's own, the same for every Linux
 * version and for 32 and 64 bits. Times are seconds and nanoseconds since 1970.
 */
struct antlinux_stat {
	antlinux_u64 dev;
	antlinux_u64 ino;
	antlinux_u32 mode; /* Linux's S_IF* and permission bits */
	antlinux_u32 nlink;
	antlinux_u32 uid;
	antlinux_u32 gid;
	antlinux_u64 rdev;
	antlinux_u64 size; /* bytes */
	antlinux_u64 blksize;
	antlinux_u64 blocks; /* of 512 bytes */
	antlinux_s64 atime;
	antlinux_s64 mtime;
	antlinux_s64 ctime;
	antlinux_u32 atime_nsec;
	antlinux_u32 mtime_nsec;
	antlinux_u32 ctime_nsec;
	antlinux_u32 reserved;
};

ANTLINUX_LAYOUT(antlinux_stat, rdev, 32);
ANTLINUX_LAYOUT(antlinux_stat, atime, 64);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_stat) == 104, "antlinux_stat has no hidden padding");

#endif /* ANTLINUX_LCA_H */
