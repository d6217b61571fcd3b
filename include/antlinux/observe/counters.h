/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AnT's counters of its calls to Linux, at a fixed offset in AnT's region (table.h), for
 * anyone on Linux to read (ant-counters, ./antbed top). They are always on.
 *
 * Each core writes its own part and never waits. A 32-bit core writes a 64-bit counter in two
 * halves, so a reader reads a value until it gets the same one twice.
 *
 * An OS that keeps no counters does not touch this memory, and an earlier OS may have left its
 * counters there. So a reader checks the magic number, and the generation against the table's.
 */
#ifndef ANTLINUX_OBSERVE_COUNTERS_H
#define ANTLINUX_OBSERVE_COUNTERS_H

#include "../abi.h"
#include "../table.h"

/* "ANTC": present when the header above it is complete. */
#define ANTLINUX_COUNTERS_MAGIC 0x414e5443u

/*
 * How long calls took, from AnT's driver to AnT's driver: bucket n counts those that took
 * 2^n up to below 2^(n+1) ticks of the time stamp counter. The first bucket also counts those of
 * 0 ticks, and the last one everything above.
 */
#define ANTLINUX_BUCKETS 40u

/*
 * The number of system calls that are counted apart, each in the entry that it got at its first
 * use. The first entry is the null call's. The last one counts all calls that found no free entry.
 */
#define ANTLINUX_COUNTED_CALLS 32u
#define ANTLINUX_COUNTED_NONE 0xffffffffu  /* entry not in use                       */
#define ANTLINUX_COUNTED_OTHER 0xfffffffeu /* the last entry: calls that found none left */

/* The finished calls of one system call. Their number is the sum of the buckets. */
struct antlinux_call_counters {
	antlinux_u32 syscallno; /* as in the LCA, or ANTLINUX_COUNTED_... */
	antlinux_u32 reserved;
	antlinux_u64 errors; /* of these: with a result below 0 */
	antlinux_u64 buckets[ANTLINUX_BUCKETS];
	antlinux_u64 pad[6];
};

ANTLINUX_LAYOUT(antlinux_call_counters, buckets, 16);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_call_counters) == 384, "whole cache lines");

struct antlinux_core_counters {
	antlinux_u64 calls; /* requests put into the ring, null calls that end proxies included */
	antlinux_u64 results;	 /* results taken                                            */
	antlinux_u64 interrupts; /* result IPIs taken; several results may share one         */
	antlinux_u64 spurious;	 /* result IPIs that found nothing                           */
	antlinux_u64 refused;	 /* results that belong to no call, impossible ring counters */
	antlinux_u64 waits;	 /* requests that found the ring full and had to wait        */
	antlinux_u64 pad[2];
	struct antlinux_call_counters call[ANTLINUX_COUNTED_CALLS];
};

ANTLINUX_LAYOUT(antlinux_core_counters, waits, 40);
ANTLINUX_LAYOUT(antlinux_core_counters, call, 64);

struct antlinux_counters {
	antlinux_u32 magic;	 /* ANTLINUX_COUNTERS_MAGIC, stored last (release)         */
	antlinux_u32 version;	 /* ANTLINUX_VERSION                                       */
	antlinux_u32 generation; /* the table's                                            */
	antlinux_u32 cores;	 /* bit n: core n counts here                              */
	antlinux_u32 tsc_khz;	 /* the time stamp counter's frequency                     */
	antlinux_u32 reserved;
	antlinux_u64 started;  /* the time stamp counter when AnT began to count           */
	antlinux_u64 ica_size; /* bytes                                                    */
	antlinux_u64 ica_free; /* of these: not in use by AnT's processes                  */
	antlinux_u64 pad[2];
	struct antlinux_core_counters core[ANTLINUX_MAX_CORES]; /* by core number */
};

ANTLINUX_LAYOUT(antlinux_counters, started, 24);
ANTLINUX_LAYOUT(antlinux_counters, core, 64);
ANTLINUX_STATIC_ASSERT(ANTLINUX_COUNTERS_OFFSET + sizeof(struct antlinux_counters) <=
			       ANTLINUX_TRACE_OFFSET,
		       "the counters end before the trace");

#endif /* ANTLINUX_OBSERVE_COUNTERS_H */
