/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the special-OS cooperation driver share.
 *
 *   core.c    the way of a call: what is to happen, not how (host tests: tests/unit/lkm)
 *   peers.c   the same for peers that come, go or misbehave
 *   device.c  /dev/ant: how parent and proxies sleep, wake up and are killed
 *   mint.c    Mint: interrupts from AnT; load and unload
 *   observe.c time stamps, recording calls, /sys/kernel/antlinux/
 *   hold.c    holding calls on their way (failpoints.h), in no ordinary build
 */
#ifndef ANT_ANTLINUX_H
#define ANT_ANTLINUX_H

#include <linux/list.h>
#include <linux/pid.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "core.h"

struct ant_driver {
	spinlock_t lock; /* guards core and files; with interrupts off, since AnT's come in between */
	struct ant_core core;
	struct list_head files;
	struct delayed_work retry; /* of what had to wait */
	struct delayed_work patience; /* with callers that have no parent to wait for */
};

extern struct ant_driver ant;

/* One open file of /dev/ant. */
struct ant_file {
	struct ant_client client;
	struct list_head all; /* in ant.files */
	struct pid *pid;	/* the process that mapped AnT's memory through it */
	struct task_struct *sleeper; /* in a command, with the lock released; there is no second one */
};

/* mint.c: for how long calls wait for a parent */
extern unsigned int ant_parent_seconds;

/* device.c: /dev/ant */
extern struct miscdevice ant_device;

/* device.c: what there is to do after each step of core.c and peers.c; with ant.lock held. */
void ant_carry_out(struct ant_todo *todo);

/* An address of AnT's memory, which Linux sees in its direct mapping. */
static inline void *ant_memory(u64 raddr)
{
	return ant.core.memory + (raddr - ant.core.info.region_base);
}

#endif /* ANT_ANTLINUX_H */
