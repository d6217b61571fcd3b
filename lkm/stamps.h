/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps of a call's way (<antlinux/observe/stops.h>). Switched off, as they are at first,
 * they are no-ops in the code: a static branch. In the unit tests they are nothing.
 */
#ifndef ANT_STAMPS_H
#define ANT_STAMPS_H

#include <antlinux/observe/stops.h>

#ifdef __KERNEL__
#include <linux/jump_label.h>
#include <linux/types.h>

#include "compat.h"

DECLARE_STATIC_KEY_FALSE(ant_stamps_key);

void ant_stamp_now(u64 raddr, enum antlinux_stop stop);
void ant_stamp_vector_now(bool rang);
void ant_stamp_proxy_now(u64 raddr);

/* The call in our hands with the LCA at raddr is at this stop. */
static inline void ant_stamp(u64 raddr, enum antlinux_stop stop)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_now(raddr, stop);
}

/*
 * Requests come out of a ring now, each with ant_stamp(HEARD), which stamps
 * VECTOR, too; `rang`: Mint's interrupt has brought us here. With ant.lock held.
 */
static inline void ant_stamp_vector(bool rang)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_vector_now(rang);
}

/* The current process answers the call. */
static inline void ant_stamp_proxy(u64 raddr)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_proxy_now(raddr);
}
#else
#define ant_stamp(raddr, stop) ((void)(raddr))
#define ant_stamp_proxy(raddr) ((void)(raddr))
#endif

#endif /* ANT_STAMPS_H */
