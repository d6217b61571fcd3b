/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the special-OS cooperation driver share.
 *
 *   main.c     module load and unload, parameters, end of a panicking machine
 *   greeting.c the handshake with AnT
 *   link.c     the way to AnT: request rings, result rings, IPIs
 *   calls.c    the calls in progress
 *   clients.c  /dev/ant: open files, and what is left when they are closed
 *   device.c   /dev/ant: what parent and proxies call
 *   mapping.c  /dev/ant: mmap of AnT's memory
 *   observe.c  what others see: time stamps, recorded calls, /sys/kernel/antlinux/
 */
#ifndef ANT_ANTLINUX_H
#define ANT_ANTLINUX_H

#include <linux/fs.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <antlinux/device.h>
#include <antlinux/lca.h>
#include <antlinux/ring.h>

#include "calls.h"
#include "compat.h"

/* One open file of /dev/ant. */
struct ant_client {
	struct list_head all;	/* in ant.clients */
	struct list_head bound; /* in ant.bound[], empty when it serves no LCA */
	u64 raddr;		/* the LCA it serves */
	struct ant_call *call;	/* the call in its hands */
	bool begun;		/* its process knows of this call */
	bool stale;		/* no call will be handed to it any more */
	bool lingers;		/* it serves a call of an AnT that is gone */
	struct pid *pid;	/* the process that mapped AnT's memory through it */
	wait_queue_head_t wait; /* ANT_WAIT */
};

struct ant_counters {
	u64 doorbells; /* IPIs from AnT */
	u64 rescans;   /* looks into a ring without a doorbell */
	u64 empty;     /* doorbells that found nothing: an earlier one took it */
	u64 merged;    /* requests that came with another one's doorbell */
	u64 requests;  /* taken from the request rings */
	u64 refused;   /* of these: not handed to the parent */
	u64 results;   /* put into the result rings */
	u64 waits;     /* results that had to wait for room there */
	u64 died;      /* calls whose proxy died */
	u64 mad;       /* rings whose peer's counter made no sense */
	u64 starts;    /* handshakes */
};

struct ant_driver {
	u64 region_base; /* AnT's memory, physical bytes; never changes */
	u64 region_size;
	struct antlinux_table *table;

	/*
	 * Guards all that follows. Taken with interrupts off, since AnT's IPIs
	 * come in between.
	 */
	spinlock_t lock;

	/* Agreed in the handshake; copies, since AnT can write to the table. */
	bool connected;
	bool greeted; /* `generation` is valid, be it accepted or refused */
	bool ending;  /* a new AnT waits until the old one's proxies are gone */
	u32 generation;
	u32 depth;
	u32 cores;
	u32 result_vector;
	u64 ica_base;
	u64 ica_size;

	u32 request_tail[ANTLINUX_MAX_CORES]; /* our own counters (ring.h) */
	u32 result_head[ANTLINUX_MAX_CORES];
	u32 reported_mad; /* bit n: core n's madness is in the log */
	u32 blocked;	  /* bit n: core n's ring waits for a free ant_call */

	struct ant_calls calls;
	struct ant_queue queue;				/* for the parent */
	struct ant_queue answers[ANTLINUX_MAX_CORES];	/* for the result rings */
	struct delayed_work retry;			/* of both */

	struct ant_client *parent;
	wait_queue_head_t requests; /* ANT_GET */
	struct list_head clients;
	struct list_head bound[ANT_CALLS_BUCKETS]; /* clients by raddr */

	struct ant_counters counters;
};

extern struct ant_driver ant;

/* link.c; those that end in _locked want ant.lock held. */
void ant_doorbell(unsigned int core);
void ant_link_init(void);
void ant_link_open(void);
void ant_link_leave(void);
void ant_link_close(void);
void ant_answer_locked(struct ant_call *call);
void ant_fail_locked(struct ant_call *call, unsigned int error);

/* greeting.c: the handshake */
void ant_greet_locked(void);
void ant_lingering_gone_locked(void);
bool ant_table_unanswered(void);

/* clients.c */
int ant_open(struct inode *inode, struct file *file);
int ant_release(struct inode *inode, struct file *file);
struct ant_client *ant_find_bound_locked(u64 raddr);
void ant_orphan_clients_locked(void);

/* device.c */
extern const struct file_operations ant_device_operations;

/* mapping.c */
int ant_mmap(struct file *file, struct vm_area_struct *vma);

/* An address of AnT's memory, which Linux sees in its direct mapping. */
static inline void *ant_memory(u64 raddr)
{
	return phys_to_virt(raddr);
}

#endif /* ANT_ANTLINUX_H */
