/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The failpoint: calls are held at one stop of their way (stops.h) until they are released, and
 * meanwhile anything may be killed, stopped or looked at. Which calls: those with one of Linux's
 * numbers. It is in no ordinary build, only where ANTLINUX_FAILPOINTS is defined (make failpoints).
 *
 * One word decides, and every part that a call comes by reads it where it is: AnT's kernel and
 * Linux's module in AnT's region, behind the kernel log; a proxy asks the module, by ANT_HOLD.
 * The module alone stores `stop` and `call` (/sys/kernel/antlinux/hold).
 */
#ifndef ANTLINUX_OBSERVE_FAILPOINTS_H
#define ANTLINUX_OBSERVE_FAILPOINTS_H

#include "../device.h"
#include "../lca.h"
#include "../ring.h"
#include "log.h"
#include "stops.h"

#define ANTLINUX_FAILPOINT_OFFSET 0x3f000u

struct antlinux_failpoint {
	antlinux_u32 stop; /* 1 + the stop; 0: nowhere; stored last (release)                */
	antlinux_u32 call; /* their syscallno                                               */
	antlinux_u32 held; /* 1: one has come there; stored by whoever holds it; else 0      */
	antlinux_u32 reserved;
};

ANTLINUX_STATIC_ASSERT(ANTLINUX_LOG_OFFSET + sizeof(struct antlinux_log) + ANTLINUX_LOG_TEXT_BYTES <=
			       ANTLINUX_FAILPOINT_OFFSET,
		       "the log ends before the failpoint");
ANTLINUX_STATIC_ASSERT(ANTLINUX_FAILPOINT_OFFSET + sizeof(struct antlinux_failpoint) <=
			       ANTLINUX_COUNTERS_OFFSET,
		       "the failpoint ends before the counters");

/* Is this call, which has come to this stop, to stay there? The caller asks again later. */
static inline int antlinux_is_held(struct antlinux_failpoint *point, const struct antlinux_lca *lca,
				   enum antlinux_stop stop)
{
	const antlinux_u32 held_at = antlinux_load_acquire(&point->stop);

	if (held_at == 0 || held_at - 1 != stop || lca->syscallno != point->call)
		return 0;
	antlinux_store_release(&point->held, 1);
	return 1;
}

/*
 * A proxy's: returns when the call that it serves is not, or no longer, to be held at the stop
 * whose number is the argument, or when the proxy is killed.
 */
#define ANT_HOLD _IO('A', 64)

#endif /* ANTLINUX_OBSERVE_FAILPOINTS_H */
