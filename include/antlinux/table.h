/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The LCA management table: the one place where the two OSes meet (paper
 * section 3.3.2, Fig. 4). It lies at a fixed offset in AnT's memory region, so
 * both find it without asking.
 *
 * Per core it has a request side (AnT core -> Linux) and a result side (Linux
 * -> AnT core). Each side is a ring of LCA physical addresses with exactly one
 * writer and one reader, so that no lock crosses the border between the OSes.
 * With depth 1 a ring is the paper's single entry.
 *
 * An inter-processor interrupt is a doorbell, not a message: two of them may
 * merge into one. So the core that receives one empties the ring.
 *
 * Handshake: AnT fills the header, writes `magic` last and rings Linux's
 * doorbell; the Linux module checks the header, writes linux_generation last and
 * rings AnT's first core. Before that no request is sent.
 */
#ifndef ANTLINUX_TABLE_H
#define ANTLINUX_TABLE_H

#include "abi.h"

/* "ANTL": present when the header above it is complete. */
#define ANTLINUX_TABLE_MAGIC 0x414e544cu

/*
 * Layout of the start of AnT's region (offsets in bytes from its first byte).
 * The kexec front end writes the first two, AnT writes the table.
 */
#define ANTLINUX_BOOT_PARAMS_OFFSET 0x0000u  /* Linux boot protocol's boot_params, one page */
#define ANTLINUX_COMMAND_LINE_OFFSET 0x1000u /* one page                                    */
#define ANTLINUX_TABLE_OFFSET 0x2000u	     /* the LCA management table                    */
#define ANTLINUX_LOG_OFFSET 0x10000u	     /* AnT's kernel log, see observe/log.h         */
#define ANTLINUX_COUNTERS_OFFSET 0x40000u    /* AnT's counters, see observe/counters.h      */
#define ANTLINUX_TRACE_OFFSET 0x60000u	     /* recorded calls, see observe/trace.h         */
#define ANTLINUX_AREAS_OFFSET 0x200000u	     /* who may use the ICA, see areas.h            */
#define ANTLINUX_LOAD_OFFSET 0x400000u	     /* where AnT's kernel is linked and runs       */
#define ANTLINUX_BZIMAGE_OFFSET 0x1000000u   /* where kexec puts the compressed kernel      */
#define ANTLINUX_RAMDISK_OFFSET 0x2000000u   /* where kexec puts AnT's RAM disk             */

/* The region AnT is linked for ("AnT is told its range at compile time", 3.2). */
#define ANTLINUX_REGION_BASE 0x40000000u

/* Largest depth a ring can have; the depth in use is a power of two up to it. */
#define ANTLINUX_MAX_DEPTH 64u

/*
 * One direction of one core. head and tail only count up (they wrap at
 * 2^32); entry i lives at lca[i & (depth - 1)]. Only the writer stores head, only the
 * reader stores tail, each on a cache line of its own. head - tail is the number of
 * entries in the ring. A value above the depth means that the peer's counter is corrupt:
 * report it, and use no entry. ring.h has the code.
 */
struct antlinux_ring {
	antlinux_u32 head; /* stored by the writer, after the entry (release) */
	antlinux_u32 pad0[15];
	antlinux_u32 tail; /* stored by the reader, after taking the entry (release) */
	antlinux_u32 pad1[15];
	antlinux_u64 lca[ANTLINUX_MAX_DEPTH]; /* physical addresses */
};

ANTLINUX_LAYOUT(antlinux_ring, tail, 64);
ANTLINUX_LAYOUT(antlinux_ring, lca, 128);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_ring) == 640, "a ring is ten cache lines");

struct antlinux_core_entry {
	struct antlinux_ring request; /* written by AnT's core, read by Linux */
	struct antlinux_ring result;  /* written by Linux, read by AnT's core */
};

struct antlinux_table {
	/* AnT's half of the header. */
	antlinux_u32 magic;	    /* ANTLINUX_TABLE_MAGIC, stored last (release)        */
	antlinux_u32 version;	    /* ANTLINUX_VERSION                                   */
	antlinux_u32 depth;	    /* ring depth in use: a power of two                  */
	antlinux_u32 cores;	    /* bit n set: core n is AnT's                         */
	antlinux_u32 result_vector; /* vector of the IPI that Linux sends to AnT's cores  */
	antlinux_u32 generation;    /* not 0; another one at each start: drop old state    */
	antlinux_u64 ica_base;	    /* physical start of the ICA, page aligned            */
	antlinux_u64 ica_size;	    /* bytes, whole pages                                 */
	antlinux_u32 pad0[6];

	/* Linux's half, on its own cache line. */
	antlinux_s64 linux_error;      /* 0, or minus the errno why the header was refused */
	antlinux_u32 linux_version;    /* ANTLINUX_VERSION                                */
	antlinux_u32 linux_generation; /* the generation answered, stored last (release)  */
	antlinux_u32 pad1[12];

	struct antlinux_core_entry core[ANTLINUX_MAX_CORES]; /* by core number */
};

ANTLINUX_LAYOUT(antlinux_table, ica_base, 24);
ANTLINUX_LAYOUT(antlinux_table, linux_error, 64);
ANTLINUX_LAYOUT(antlinux_table, core, 128);
ANTLINUX_STATIC_ASSERT(ANTLINUX_TABLE_OFFSET + sizeof(struct antlinux_table) <= ANTLINUX_LOG_OFFSET,
		       "the table ends before the log");

#endif /* ANTLINUX_TABLE_H */
