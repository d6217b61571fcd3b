/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AnT's kernel log, for Linux to read. It lies at a fixed offset in AnT's region (table.h), so
 * that it can be read from AnT's first line until after its panic, with or without a handshake.
 *
 * The log is text in a ring. A place in the text is its position: the number of bytes logged
 * before it, modulo 2^32. Byte p lies at text[p & (text_bytes - 1)]. The ring keeps whole lines,
 * from start to end, each "[seconds.microseconds] core N: LEVEL: text" with a newline.
 *
 * AnT writes at any time and never waits for a reader. It moves start before it overwrites old
 * text, and moves end after it has written new text. A reader that has copied [start, end)
 * looks at start again: bytes that lie before the new start may be damaged.
 */
#ifndef ANTLINUX_OBSERVE_LOG_H
#define ANTLINUX_OBSERVE_LOG_H

#include "../abi.h"
#include "../table.h"

/* "ANTK": present when the header above it is complete. */
#define ANTLINUX_LOG_MAGIC 0x414e544bu

#define ANTLINUX_LOG_TEXT_BYTES 0x10000u

struct antlinux_log {
	antlinux_u32 magic;	 /* ANTLINUX_LOG_MAGIC, stored last (release)              */
	antlinux_u32 version;	 /* ANTLINUX_VERSION                                       */
	antlinux_u32 text_bytes; /* of the ring behind this header: a power of two         */
	antlinux_u32 start;	 /* position of the oldest line that is kept               */
	antlinux_u32 end;	 /* position behind the newest line (release)              */
	antlinux_u32 lost_lines; /* how many there were before start                       */
	antlinux_u32 reserved[10];
};

ANTLINUX_LAYOUT(antlinux_log, end, 16);
ANTLINUX_STATIC_ASSERT(sizeof(struct antlinux_log) == 64, "the text begins on a cache line");
ANTLINUX_STATIC_ASSERT(ANTLINUX_LOG_OFFSET + sizeof(struct antlinux_log) + ANTLINUX_LOG_TEXT_BYTES <=
			       ANTLINUX_COUNTERS_OFFSET,
		       "the log ends before the counters");

#endif /* ANTLINUX_OBSERVE_LOG_H */
