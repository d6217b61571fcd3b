// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way to AnT: requests out of the request rings, results into the result
 * rings, one IPI for each.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>

#include <antlinux/mint.h>

#include "antlinux.h"
#include "observe.h"

/* Once for each core and generation: its ring says nothing sensible any more. */
static void ant_mad_locked(unsigned int core, const char *ring)
{
	ant.counters.mad++;
	if (ant.reported_mad & BIT(core))
		return;
	ant.reported_mad |= BIT(core);
	pr_err("core %u: counters of its %s ring make no sense, ring ignored\n",
	       core, ring);
}

static bool ant_push_locked(unsigned int core, u64 raddr)
{
	struct antlinux_ring *ring = &ant.table->core[core].result;

	switch (antlinux_ring_push(ring, ant.depth, &ant.result_head[core], raddr)) {
	case ANTLINUX_RING_OK:
		ant.counters.results++;
		return true;
	case ANTLINUX_RING_CORRUPT:
		ant_mad_locked(core, "result");
		return false;
	default:
		return false;
	}
}

static void ant_ring_bell_locked(unsigned int core)
{
	int error = mint_send_ipi(core, ant.result_vector);

	if (error)
		pr_err_ratelimited("core %u: no IPI: error %d\n", core, error);
	/*
	 * An emulator that runs the cores in turns lets AnT's run now, as it
	 * would: not only when this one has nothing left to do.
	 */
	cpu_relax();
}

/*
 * Results into their ring, as many as it has room for. Returns whether some
 * are left: AnT rings when it has emptied a full ring, so they do not wait long.
 */
static bool ant_send_answers_locked(unsigned int core)
{
	struct ant_queue *answers = &ant.answers[core];
	bool sent = false;

	while (answers->first && ant_push_locked(core, answers->first->raddr)) {
		ant_calls_remove(&ant.calls,
				 ant_queue_take(answers, ANT_CALL_ANSWERED));
		sent = true;
	}
	if (sent)
		ant_ring_bell_locked(core);
	return answers->first;
}

/*
 * The end of a call: its address goes into its core's result ring. When that
 * is full the call waits, so this never does.
 */
void ant_answer_locked(struct ant_call *call)
{
	ant_stamp(call->raddr, ANTLINUX_STOP_ANSWER);
	ant_queue_append(&ant.answers[call->core], call, ANT_CALL_ANSWERED);
	if (ant_send_answers_locked(call->core)) {
		ant.counters.waits++;
		schedule_delayed_work(&ant.retry, 1);
	}
}

/* Answers with an errno of our own. */
void ant_fail_locked(struct ant_call *call, unsigned int error)
{
	struct antlinux_lca *lca = ant_memory(call->raddr);

	WRITE_ONCE(lca->retval, -(s64)error);
	ant_answer_locked(call);
}

static bool ant_is_lca_locked(u64 raddr)
{
	return IS_ALIGNED(raddr, ANTLINUX_LCA_ALIGN) && raddr >= ant.ica_base &&
	       raddr - ant.ica_base <=
		       ant.ica_size - sizeof(struct antlinux_lca);
}

/* One request: to the parent, back to the caller, or into the log. */
static void ant_admit_locked(unsigned int core, u64 raddr)
{
	struct ant_call *call;

	ant.counters.requests++;
	/* Neither can be answered: no LCA there, or somebody else's. */
	if (!ant_is_lca_locked(raddr)) {
		ant.counters.refused++;
		pr_warn_ratelimited("core %u: no LCA at %#llx\n", core, raddr);
		return;
	}
	if (ant_calls_find(&ant.calls, raddr)) {
		ant.counters.refused++;
		pr_warn_ratelimited("core %u: LCA %#llx is in use\n", core, raddr);
		return;
	}
	ant_stamp(raddr, ANTLINUX_STOP_HEARD);
	call = ant_calls_add(&ant.calls, raddr, core);
	if (ant.parent) {
		ant_queue_append(&ant.queue, call, ANT_CALL_QUEUED);
	} else {
		ant.counters.refused++;
		ant_fail_locked(call, ENXIO);
	}
}

/* Empties a request ring: the IPIs of several requests may have become one. */
static void ant_drain_locked(unsigned int core)
{
	struct antlinux_ring *ring = &ant.table->core[core].request;
	unsigned int taken;
	u64 raddr;

	for (taken = 0; taken < ant.depth; taken++) {
		enum antlinux_ring_status status;

		if (!ant.calls.free) { /* the ring keeps them for us */
			ant.blocked |= BIT(core);
			schedule_delayed_work(&ant.retry, 1);
			break;
		}
		status = antlinux_ring_pop(ring, ant.depth, &ant.request_tail[core],
				      &raddr);
		if (status == ANTLINUX_RING_CORRUPT)
			ant_mad_locked(core, "request");
		if (status != ANTLINUX_RING_OK)
			break;
		ant_admit_locked(core, raddr);
	}
	if (taken)
		ant.counters.merged += taken - 1;
	else
		ant.counters.empty++;
}

/* Looks whether there is something from this core. */
static void ant_listen(unsigned int core, u64 *counter)
{
	unsigned long flags;
	bool wake;

	spin_lock_irqsave(&ant.lock, flags);
	*counter += 1;
	ant_stamp_vector(counter == &ant.counters.doorbells);
	ant_greet_locked();
	if (ant.connected && core < ANTLINUX_MAX_CORES && ant.cores & BIT(core)) {
		ant_send_answers_locked(core);
		ant_drain_locked(core);
	}
	wake = ant.queue.first;
	spin_unlock_irqrestore(&ant.lock, flags);
	if (wake)
		wake_up_interruptible(&ant.requests);
}

/* An IPI from AnT's core, known by its vector; interrupts are off. */
void ant_doorbell(unsigned int core)
{
	ant_listen(core, &ant.counters.doorbells);
}

/* For what no IPI of ours has told. */
static void ant_listen_to_all(void)
{
	unsigned int core;

	for (core = 0; core < ANTLINUX_MAX_CORES; core++)
		ant_listen(core, &ant.counters.rescans);
}

static void ant_retry(struct work_struct *work)
{
	unsigned long flags;
	unsigned int core;
	bool again = false;
	u32 blocked;

	spin_lock_irqsave(&ant.lock, flags);
	for (core = 0; core < ANTLINUX_MAX_CORES; core++)
		again |= ant_send_answers_locked(core);
	blocked = ant.blocked;
	ant.blocked = 0;
	spin_unlock_irqrestore(&ant.lock, flags);

	for (core = 0; core < ANTLINUX_MAX_CORES; core++)
		if (blocked & BIT(core))
			ant_listen(core, &ant.counters.rescans);
	if (again)
		schedule_delayed_work(&ant.retry, 1);
}

void ant_link_init(void)
{
	INIT_DELAYED_WORK(&ant.retry, ant_retry);
	ant_calls_init(&ant.calls);
}

/* From here on AnT's IPIs are answered. */
void ant_link_open(void)
{
	if (ant_table_unanswered())
		ant_listen_to_all();
}

/* The last file is closed: AnT is told, and calls no more. */
void ant_link_leave(void)
{
	antlinux_store_release(&ant.table->linux_generation, 0);
}

/*
 * No IPI comes any more. What AnT sent before it heard of our leaving has had
 * its doorbell dropped: it gets an error now, which AnT finds at its next tick.
 */
void ant_link_close(void)
{
	ant_listen_to_all();
	cancel_delayed_work_sync(&ant.retry);
	/* If it was an AnT started anew that was heard just now: it, too. */
	ant_link_leave();
}
