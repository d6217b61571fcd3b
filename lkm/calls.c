// SPDX-License-Identifier: GPL-2.0-only
/* The pool of calls in progress and the queues through it (see calls.h). */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "calls.h"

void ant_calls_init(struct ant_calls *calls)
{
	unsigned int i;

	memset(calls, 0, sizeof(*calls));
	for (i = ANT_CALLS_MAX; i-- > 0;) {
		calls->pool[i].next = calls->free;
		calls->free = &calls->pool[i];
	}
}

struct ant_call *ant_calls_find(const struct ant_calls *calls, antlinux_u64 raddr)
{
	struct ant_call *call = calls->bucket[ant_hash(raddr)];

	while (call && call->raddr != raddr)
		call = call->bucket;
	return call;
}

struct ant_call *ant_calls_add(struct ant_calls *calls, antlinux_u64 raddr,
			       antlinux_u32 core)
{
	struct ant_call **bucket = &calls->bucket[ant_hash(raddr)];
	struct ant_call *call = calls->free;

	if (!call)
		return NULL;
	calls->free = call->next;
	call->next = NULL;
	call->raddr = raddr;
	call->core = core;
	call->state = ANT_CALL_TAKEN;
	call->bucket = *bucket;
	*bucket = call;
	return call;
}

void ant_calls_remove(struct ant_calls *calls, struct ant_call *call)
{
	struct ant_call **link = &calls->bucket[ant_hash(call->raddr)];

	while (*link != call)
		link = &(*link)->bucket;
	*link = call->bucket;
	call->bucket = NULL;
	call->state = ANT_CALL_FREE;
	call->next = calls->free;
	calls->free = call;
}

void ant_queue_append(struct ant_queue *queue, struct ant_call *call,
		      enum ant_call_state state)
{
	call->state = state;
	call->next = NULL;
	if (queue->first)
		queue->last->next = call;
	else
		queue->first = call;
	queue->last = call;
}

void ant_queue_prepend(struct ant_queue *queue, struct ant_call *call,
		       enum ant_call_state state)
{
	call->state = state;
	call->next = queue->first;
	if (!queue->first)
		queue->last = call;
	queue->first = call;
}

struct ant_call *ant_queue_take(struct ant_queue *queue,
				enum ant_call_state state)
{
	struct ant_call *call = queue->first;

	if (!call)
		return NULL;
	queue->first = call->next;
	call->next = NULL;
	call->state = state;
	return call;
}
