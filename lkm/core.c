// SPDX-License-Identifier: GPL-2.0-only
/* The way of a call (see core.h). */
#include "core.h"
#include "failpoints.h"
#include "stamps.h"

static struct ant_lca **ant_bucket(struct ant_core *ant, u64 raddr)
{
	/* LCAs start ICA areas as a rule, and those are page aligned. */
	return &ant->lcas.bucket[(raddr >> 12 ^ raddr >> 6) % ANT_BUCKETS];
}

/* NULL: there is neither a call nor a proxy. */
struct ant_lca *ant_find(struct ant_core *ant, u64 raddr)
{
	struct ant_lca *lca = *ant_bucket(ant, raddr);

	while (lca && lca->raddr != raddr)
		lca = lca->bucket;
	return lca;
}

static void ant_append(struct ant_queue *queue, struct ant_lca *lca, enum ant_lca_state state)
{
	lca->state = state;
	lca->next = NULL;
	if (queue->first)
		queue->last->next = lca;
	else
		queue->first = lca;
	queue->last = lca;
}

void ant_prepend(struct ant_queue *queue, struct ant_lca *lca, enum ant_lca_state state)
{
	lca->state = state;
	lca->next = queue->first;
	if (!queue->first)
		queue->last = lca;
	queue->first = lca;
}

struct ant_lca *ant_take(struct ant_queue *queue)
{
	struct ant_lca *lca = queue->first;

	queue->first = lca->next;
	return lca;
}

static void ant_remove(struct ant_queue *queue, struct ant_lca *lca)
{
	struct ant_lca **link, *before = NULL;

	for (link = &queue->first; *link != lca; link = &before->next)
		before = *link;
	*link = lca->next;
	if (queue->last == lca)
		queue->last = before;
}

void ant_lcas_init(struct ant_lcas *lcas)
{
	u32 i;

	memset(lcas, 0, sizeof(*lcas));
	for (i = 0; i < ANT_LCAS; i++)
		ant_append(&lcas->free, &lcas->pool[i], ANT_LCA_FREE);
}

/* The proxy no longer serves its LCA. */
void ant_unbind(struct ant_core *ant, struct ant_client *client)
{
	ant->proxies--;
	client->lca->proxy = NULL;
	client->lca = NULL;
}

/* An LCA that was not known. */
struct ant_lca *ant_add(struct ant_core *ant, u64 raddr)
{
	struct ant_lca *lca = ant_take(&ant->lcas.free);

	lca->raddr = raddr;
	lca->ending = ANT_GOES_ON;
	lca->bucket = *ant_bucket(ant, raddr);
	*ant_bucket(ant, raddr) = lca;
	return lca;
}

/* No call is in progress any more. */
void ant_settle(struct ant_core *ant, struct ant_lca *lca)
{
	struct ant_lca **link;

	lca->state = ANT_LCA_IDLE;
	if (lca->proxy)
		return;
	for (link = ant_bucket(ant, lca->raddr); *link != lca;)
		link = &(*link)->bucket;
	*link = lca->bucket;
	/* Requests may have stayed in their rings for want of it, and no doorbell announces them. */
	if (!ant->lcas.free.first)
		ant->todo.any = ant->todo.more = ant->todo.retry = true;
	ant_prepend(&ant->lcas.free, lca, ANT_LCA_FREE);
}

/* A line for the log, if there is space for it. */
void ant_say(struct ant_core *ant, const char *format, ...)
{
	u32 space = sizeof(ant->remarks) - ant->todo.said;
	va_list values;
	u32 bytes;

	va_start(values, format);
	bytes = vsnprintf(ant->remarks + ant->todo.said, space, format, values);
	va_end(values);
	if (bytes < space)
		ant->todo.said += bytes;
	ant->todo.any = ant->todo.more = true;
}

/* In the log once for each core and start of AnT. */
static void ant_corrupt(struct ant_core *ant, u32 core, const char *ring)
{
	ant->counters.corrupt++;
	if (ant->lcas.corrupt & 1u << core)
		return;
	ant->lcas.corrupt |= 1u << core;
	ant->todo.rare = true;
	ant_say(ant, "core %u: counters of its %s ring make no sense, ring ignored\n", core, ring);
}

/*
 * Results into their ring, as many as it has space for. AnT rings when it has
 * emptied a full ring, so those that are left do not wait long. Those for a ring
 * that is corrupt may wait until AnT's next start, so they are tried more seldom.
 */
static void ant_send_answers(struct ant_core *ant, u32 core)
{
	struct antlinux_ring *ring = &ant->table->core[core].result;
	struct ant_queue *answers = &ant->lcas.answers[core];
	enum antlinux_ring_status status;
	u64 entry;

	while (answers->first && ant_is_current(ant)) {
		if (!answers->first->ending &&
		    ant_is_held(ant, answers->first->raddr, ANTLINUX_STOP_ANSWER))
			return;
		entry = answers->first->raddr | (answers->first->ending ? ANTLINUX_ENTRY_END : 0);
		status = antlinux_ring_push(ring, ant->info.depth, &ant->result_head[core], entry);
		if (status == ANTLINUX_RING_CORRUPT)
			ant_corrupt(ant, core, "result");
		if (status != ANTLINUX_RING_OK) {
			ant->todo.retry |= status == ANTLINUX_RING_FULL;
			ant->todo.retry_later |= status == ANTLINUX_RING_CORRUPT;
			ant->todo.any = ant->todo.more = true;
			return;
		}
		if (answers->first->ending != ANT_ENDS_PROXY)
			ant->counters.results++;
		answers->first->answered = ant->counters.results;
		ant_settle(ant, ant_take(answers));
		ant->todo.ring |= 1u << core;
		ant->todo.any = true;
	}
}

/*
 * The end of a call: its address goes into its core's result ring. When that
 * is full the call waits, so this never does.
 */
void ant_answer(struct ant_core *ant, struct ant_lca *lca)
{
	struct ant_queue *answers = &ant->lcas.answers[lca->core];

	ant_stamp(lca->raddr, ANTLINUX_STOP_ANSWER);
	ant_append(answers, lca, ANT_LCA_ANSWERED);
	ant_send_answers(ant, lca->core);
	if (answers->first)
		ant->counters.waits++;
}

/* Answers with an errno of our own. */
void ant_fail(struct ant_core *ant, struct ant_lca *lca, u32 error)
{
	WRITE_ONCE(ant_lca_at(ant, lca->raddr)->retval, -(s64)error);
	ant_answer(ant, lca);
}

/* Out of the queue that it is in, if any: nobody will get it from there. */
void ant_unqueue(struct ant_core *ant, struct ant_lca *lca)
{
	if (lca->state == ANT_LCA_QUEUED)
		ant_remove(&ant->lcas.requests, lca);
	else if (lca->state == ANT_LCA_ANSWERED)
		ant_remove(&ant->lcas.answers[lca->core], lca);
}

/* Cannot be answered: there is no LCA, or its call is another one. */
static void ant_complain(struct ant_core *ant, u32 core, u64 entry, const char *why)
{
	ant->counters.refused++;
	ant_say(ant, "core %u: %s: %#llx\n", core, why, (unsigned long long)entry);
}

/* One request: to the parent, back to the caller, or into the log. */
static void ant_admit(struct ant_core *ant, u32 core, u64 entry)
{
	u64 raddr = entry & ~(u64)ANTLINUX_ENTRY_BITS;
	struct ant_lca *lca = ant_find(ant, raddr);
	bool is_lca = ant_is_lca(&ant->info, raddr);

	if (entry != raddr && is_lca && ant_cancel(ant, core, entry, lca))
		return;
	ant->counters.requests++;
	if (entry != raddr || !is_lca) {
		ant_complain(ant, core, entry, "no LCA");
		return;
	}
	if (lca && lca->state != ANT_LCA_IDLE) {
		ant_complain(ant, core, raddr, "LCA is in use");
		return;
	}
	ant_stamp(raddr, ANTLINUX_STOP_HEARD);
	if (!lca)
		lca = ant_add(ant, raddr);
	lca->core = core;
	if (!lca->proxy && READ_ONCE(ant_lca_at(ant, raddr)->incarnation)) {
		/* There was one, and the caller may think of its files. */
		ant_fail(ant, lca, EOWNERDEAD);
	} else if (ant->parent || !ant->abandoned) {
		ant_append(&ant->lcas.requests, lca, ANT_LCA_QUEUED);
		if (ant->parent)
			ant_tell(ant, ant->parent);
	} else {
		ant->counters.refused++;
		ant_fail(ant, lca, ENXIO);
	}
}

/* Empties a request ring: the IPIs of several requests may have become one. */
static void ant_drain(struct ant_core *ant, u32 core)
{
	struct antlinux_ring *ring = &ant->table->core[core].request;
	enum antlinux_ring_status status;
	u32 taken;
	u64 raddr;

	for (taken = 0; taken < ant->info.depth && ant->lcas.free.first; taken++) {
		if (ant_failpoint_request(ant, core))
			break;
		status = antlinux_ring_pop(ring, ant->info.depth, &ant->request_tail[core], &raddr);
		if (status == ANTLINUX_RING_CORRUPT)
			ant_corrupt(ant, core, "request");
		if (status != ANTLINUX_RING_OK)
			break;
		ant_admit(ant, core, raddr);
	}
	if (!ant->lcas.free.first && READ_ONCE(ring->head) != ant->request_tail[core]) {
		ant->counters.full++;
		ant_say(ant, "core %u: %u calls are in progress, further ones wait\n", core, ANT_LCAS);
	}
	if (taken)
		ant->counters.merged += taken - 1;
	else
		ant->counters.empty++;
}

void ant_exchange(struct ant_core *ant, u32 core)
{
	if (!ant->connected || core >= ANTLINUX_MAX_CORES || !(ant->info.cores & 1u << core))
		return;
	if (ant->lcas.answers[core].first)
		ant_send_answers(ant, core);
	ant_drain(ant, core);
}

static int ant_get(struct ant_core *ant, struct ant_client *client,
		   struct antlinux_request *request)
{
	struct ant_lca *lca;

	if (client->is_proxy)
		return -EINVAL;
	if (!ant->parent) {
		ant->parent = client;
		ant->abandoned = false;
	}
	if (ant->parent != client)
		return -EBUSY;
	if (!ant->lcas.requests.first)
		return -EAGAIN;
	if (ant_is_held(ant, ant->lcas.requests.first->raddr, ANTLINUX_STOP_HEARD)) {
		ant_failpoint_pass(ant);
		if (ant_is_held(ant, ant->lcas.requests.first->raddr, ANTLINUX_STOP_HEARD))
			return -EAGAIN;
	}
	lca = ant_take(&ant->lcas.requests);
	lca->state = ANT_LCA_TAKEN;
	ant_stamp(lca->raddr, ANTLINUX_STOP_PARENT);
	*request = (struct antlinux_request){ lca->raddr, lca->core, lca->proxy != NULL,
					      ant->info.generation };
	return 0;
}

/* From the parent to the proxy. */
void ant_hand_over(struct ant_lca *lca, enum ant_progress progress)
{
	lca->state = ANT_LCA_SERVED;
	lca->progress = progress;
	ant_stamp(lca->raddr, ANTLINUX_STOP_HANDED);
}

static int ant_wake(struct ant_core *ant, struct ant_client *client, u64 raddr)
{
	struct ant_lca *lca = ant_find(ant, raddr);

	if (ant->parent != client)
		return -EPERM;
	if (!lca || lca->state != ANT_LCA_TAKEN)
		return -EINVAL;
	if (!lca->proxy)
		return -ESRCH;
	ant_hand_over(lca, ANT_ASLEEP);
	ant_tell(ant, lca->proxy);
	return 0;
}

/* The core that the call comes from. */
static int ant_wait(const struct ant_core *ant, struct ant_client *client)
{
	if (!client->lca)
		return -ESTALE;
	if (client->lca->state != ANT_LCA_SERVED ||
	    ant_is_held(ant, client->lca->raddr, ANTLINUX_STOP_HANDED))
		return -EAGAIN;
	client->lca->progress = ANT_BEGUN;
	return client->lca->core;
}

static int ant_ret(struct ant_core *ant, struct ant_client *client,
		   const struct antlinux_result *result, bool keep)
{
	bool by_parent = ant->parent == client;
	struct ant_lca *lca = by_parent ? ant_find(ant, result->raddr) : client->lca;

	if (client->stale && !lca)
		return -ESTALE;
	if (!lca || lca->state != (by_parent ? ANT_LCA_TAKEN : ANT_LCA_SERVED) ||
	    lca->raddr != result->raddr || lca->core != result->cid || result->error >= 4096)
		return -EINVAL;
	ant_stamp_proxy(lca->raddr);
	/* First give up the LCA, then answer: the next request may come at once. */
	if (keep) {
		lca->files = result->files;
	} else if (!by_parent) {
		ant_unbind(ant, client);
		WRITE_ONCE(ant_lca_at(ant, lca->raddr)->incarnation, 0);
	}
	if (result->error)
		ant_fail(ant, lca, result->error);
	else
		ant_answer(ant, lca);
	return 0;
}

int ant_obey(struct ant_core *ant, struct ant_client *client, struct ant_command *command)
{
	int error = 0;

	switch (command->number) {
	case ANT_WAKE:
		if (!command->goes_on)
			error = ant_wake(ant, client, command->request.raddr);
		command->goes_on = !error;
		return error ? error : ant_get(ant, client, &command->request);
	case ANT_GET:
		return ant_get(ant, client, &command->request);
	case ANT_NEXT:
		if (!command->goes_on)
			error = ant_ret(ant, client, &command->result, true);
		command->goes_on = !error;
		return error ? error : ant_wait(ant, client);
	case ANT_WAIT:
		return ant_wait(ant, client);
	case ANT_RET:
		return ant_ret(ant, client, &command->result, false);
	default:
		return -ENOTTY;
	}
}
