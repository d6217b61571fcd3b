/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls in progress: a fixed pool, found by LCA address, with queues
 * through it. No kernel dependencies, no locks (the caller holds one): the unit
 * tests run this on the host.
 */
#ifndef ANT_CALLS_H
#define ANT_CALLS_H

#include <antlinux/table.h>

/* As many calls as rings can hold: with one core busy that is 512 processes. */
#define ANT_CALLS_MAX (ANTLINUX_MAX_CORES * ANTLINUX_MAX_DEPTH)
#define ANT_CALLS_BUCKETS 64u

enum ant_call_state {
	ANT_CALL_FREE,
	ANT_CALL_QUEUED,   /* waits for the parent */
	ANT_CALL_TAKEN,	   /* the parent has it */
	ANT_CALL_SERVED,   /* a proxy has it */
	ANT_CALL_ANSWERED, /* waits for room in the core's result ring */
};

struct ant_call {
	antlinux_u64 raddr; /* physical address of the LCA */
	antlinux_u32 core;  /* that sent it, and gets the result */
	enum ant_call_state state;
	struct ant_call *next;	 /* in the free list or in a queue */
	struct ant_call *bucket; /* the next one with the same hash */
};

struct ant_queue {
	struct ant_call *first, *last;
};

struct ant_calls {
	struct ant_call *free;
	struct ant_call *bucket[ANT_CALLS_BUCKETS];
	struct ant_call pool[ANT_CALLS_MAX];
};

static inline unsigned int ant_hash(antlinux_u64 raddr)
{
	/* LCAs start ICA areas as a rule, and those are page aligned. */
	return (raddr >> 12 ^ raddr >> 6) % ANT_CALLS_BUCKETS;
}

/* All calls forgotten. */
void ant_calls_init(struct ant_calls *calls);

/* The call in progress with this LCA, or NULL. */
struct ant_call *ant_calls_find(const struct ant_calls *calls, antlinux_u64 raddr);

/* A new call in state TAKEN, in no queue; NULL: the pool is used up. */
struct ant_call *ant_calls_add(struct ant_calls *calls, antlinux_u64 raddr,
			       antlinux_u32 core);

/* The end of a call that is in no queue. */
void ant_calls_remove(struct ant_calls *calls, struct ant_call *call);

void ant_queue_append(struct ant_queue *queue, struct ant_call *call,
		      enum ant_call_state state);
void ant_queue_prepend(struct ant_queue *queue, struct ant_call *call,
		       enum ant_call_state state);

/* The oldest call, taken out of the queue; NULL when it is empty. */
struct ant_call *ant_queue_take(struct ant_queue *queue,
				enum ant_call_state state);

#endif /* ANT_CALLS_H */
