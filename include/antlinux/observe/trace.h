/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recorded calls: a ring with one record for each finished call of a traced process, at a fixed
 * offset in AnT's region (table.h). AnT's cores write, one process on Linux reads (ant-trace,
 * ./antbed trace).
 *
 * A call is recorded when its process is traced (AnT's system call trace()) and `on` has the same
 * value, not 0, at the call's begin and at its end. Only the Linux module stores `on`: another
 * number at each ANT_TRACE, and 0 when that file is closed, which also happens when its process
 * dies. So recording ends with its reader. Before the module stores a new number it empties the
 * ring and clears `lost`.
 *
 * head and tail only count up (they wrap at 2^32). A writer takes a place by moving head, fills
 * it, and stores ready = its place + 1 last (release). The reader stores tail (release) behind what
 * it has read. The ring is full when head - tail is `capacity`: a further record is only counted
 * in `lost`, and no record that waits for the reader is overwritten.
 */
#ifndef ANTLINUX_OBSERVE_TRACE_H
#define ANTLINUX_OBSERVE_TRACE_H

#include "../abi.h"
#include "../table.h"
#include "stops.h"

/* "ANTT": present when the header above it is complete. */
#define ANTLINUX_TRACE_MAGIC 0x414e5454u

#define ANTLINUX_TRACE_RECORDS 4096u
#define ANTLINUX_TRACE_NAME 32u
#define ANTLINUX_TRACE_TEXT 192u

struct antlinux_trace_record {
	antlinux_u64 called;   /* time stamp counter at the stop CALL: AnT's kernel begins */
	antlinux_u64 returned; /* ... and at RETURN: the process runs again                */
	antlinux_s64 retval;   /* the LCA's                                                */
	antlinux_u64 args[ANTLINUX_MAX_ARGS];
	struct antlinux_stamps stamps; /* the LCA's; 0: the call did not come by            */
	antlinux_u32 syscallno;
	antlinux_u32 cflag;
	antlinux_u32 sequence;
	antlinux_u32 process; /* AnT's process number */
	antlinux_u32 core;    /* on which it ran      */
	antlinux_u32 lca;     /* physical address     */
	antlinux_u32 ready;   /* see above            */
	antlinux_u32 reserved;
	char name[ANTLINUX_TRACE_NAME]; /* of the process, ended by NUL */
	/*
	 * The bytes behind the LCA when the call ended, as far as they are in its page. libant has its
	 * paths there, so that an argument which is an address in them can be shown as text.
	 */
	char text[ANTLINUX_TRACE_TEXT];
	antlinux_u32 text_bytes; /* of it */
	antlinux_u32 pad;
};

ANTLINUX_LAYOUT(antlinux_trace_record, args, 24);
ANTLINUX_LAYOUT(antlinux_trace_record, stamps, 72);
ANTLINUX_LAYOUT(antlinux_trace_record, name, 152);
ANTLINUX_LAYOUT(antlinux_trace_record, text, 184);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_trace_record) == 384, "no hidden padding");

struct antlinux_trace {
	antlinux_u32 magic;    /* ANTLINUX_TRACE_MAGIC, stored last (release) */
	antlinux_u32 version;  /* ANTLINUX_VERSION                            */
	antlinux_u32 capacity; /* records in the ring: a power of two         */
	antlinux_u32 tsc_khz;  /* the time stamp counter's frequency          */
	antlinux_u32 pad0[12];

	antlinux_u32 on; /* 0: off; else which recording; stored by the Linux module (release) */
	antlinux_u32 pad1[15];

	antlinux_u32 head; /* stored by AnT's cores                        */
	antlinux_u32 lost; /* records for which there was no space; likewise */
	antlinux_u32 pad2[14];

	antlinux_u32 tail; /* stored by the reader */
	antlinux_u32 pad3[15];

	struct antlinux_trace_record record[ANTLINUX_TRACE_RECORDS];
};

ANTLINUX_LAYOUT(antlinux_trace, on, 64);
ANTLINUX_LAYOUT(antlinux_trace, head, 128);
ANTLINUX_LAYOUT(antlinux_trace, tail, 192);
ANTLINUX_LAYOUT(antlinux_trace, record, 256);
ANTLINUX_STATIC_ASSERT(ANTLINUX_TRACE_OFFSET + sizeof(struct antlinux_trace) <=
			       ANTLINUX_AREAS_OFFSET,
		       "the trace ends before the table of areas");

#endif /* ANTLINUX_OBSERVE_TRACE_H */
