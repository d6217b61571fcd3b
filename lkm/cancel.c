// SPDX-License-Identifier: GPL-2.0-only
/* Calls that end early: their caller is gone, or its patience (<antlinux/lca.h>, ANTLINUX_ENTRY_...). */
#include "core.h"

/*
 * The proxy is killed, wherever it is, and with its process go its open files and its view of
 * AnT's memory. peers.c answers when that has happened. Without a proxy nobody holds anything:
 * a call that the parent has goes to nobody.
 */
static void ant_end(struct ant_core *ant, u32 core, u64 raddr, struct ant_lca *lca)
{
	if (!lca)
		lca = ant_add(ant, raddr);
	else
		ant_unqueue(ant, lca);
	lca->ending = lca->state > ANT_LCA_IDLE ? ANT_ENDS_CALL : ANT_ENDS_PROXY;
	lca->core = core;
	if (!lca->proxy) {
		ant_answer(ant, lca);
		return;
	}
	lca->state = ANT_LCA_ENDING;
	lca->proxy->stale = lca->proxy->ended = true;
	ant->todo.any = ant->todo.more = ant->todo.signal = true;
}

/*
 * A call that Linux has not begun is over at once. Else its process gets a signal, and one more in
 * each tick until it answers: the first may come a moment before it sleeps in the call.
 */
static void ant_interrupt(struct ant_core *ant, struct ant_lca *lca)
{
	if (!lca)
		return;
	switch (lca->state) {
	case ANT_LCA_SERVED:
		if (lca->progress != ANT_ASLEEP) {
			lca->progress = ANT_INTERRUPTED;
			ant->interrupting = true;
			ant->todo.any = ant->todo.more = ant->todo.signal = true;
			return;
		}
		fallthrough;
	case ANT_LCA_QUEUED:
	case ANT_LCA_TAKEN:
		ant_unqueue(ant, lca);
		ant_fail(ant, lca, EINTR);
		return;
	default:
		return; /* the answer is on its way */
	}
}

bool ant_cancel(struct ant_core *ant, u32 core, u64 entry, struct ant_lca *lca)
{
	u64 raddr = entry & ~(u64)ANTLINUX_ENTRY_BITS;

	if (lca && lca->ending)
		return false;
	if (entry == (raddr | ANTLINUX_ENTRY_END))
		ant_end(ant, core, raddr, lca);
	else if (entry == (raddr | ANTLINUX_ENTRY_INTERRUPT))
		ant_interrupt(ant, lca);
	else
		return false;
	return true;
}

int ant_signal(const struct ant_client *client)
{
	const struct ant_lca *lca = client->lca;

	if (client->ended)
		return SIGKILL;
	if (lca && lca->state == ANT_LCA_SERVED && lca->progress == ANT_INTERRUPTED)
		return SIGUSR1;
	return 0;
}
