/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others may see of the calls: time stamps of their way and recorded calls (<antlinux/observe/>),
 * /sys/kernel/antlinux/. Switched off, as they are at first, the stamps are no-ops in the code: a
 * static branch.
 */
#ifndef ANT_OBSERVE_H
#define ANT_OBSERVE_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include <antlinux/observe/stops.h>

#include "compat.h"

struct ant_client;

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

/* ANT_TRACE: calls are recorded until the client's file is closed. */
int ant_trace_begin(struct ant_client *client);
void ant_trace_end(struct ant_client *client);

int ant_observe_init(void);
void ant_observe_exit(void);

#endif /* ANT_OBSERVE_H */
