// SPDX-License-Identifier: GPL-2.0-only
/* Holding calls, see failpoints.h: the switch, and what is not a single test. Not in an ordinary build. */
#include <linux/kobject.h>
#include <linux/sched.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

#include "antlinux.h"
#include "failpoints.h"

#define ANT_STOP_WORD(name, word, sentence) word,
static const char *const ant_stop_words[] = { ANTLINUX_STOPS(ANT_STOP_WORD) };

static DECLARE_WAIT_QUEUE_HEAD(ant_failpoint_sleepers);

static struct antlinux_failpoint *ant_failpoint(void)
{
	return (void *)(ant.core.memory + ANTLINUX_FAILPOINT_OFFSET);
}

bool ant_is_held(const struct ant_core *ant, u64 raddr, enum antlinux_stop stop)
{
	return antlinux_is_held(ant_failpoint(), ant_lca_at(ant, raddr), stop);
}

bool ant_failpoint_request(const struct ant_core *ant, u32 core)
{
	struct antlinux_ring *ring = &ant->table->core[core].request;
	u32 tail = ant->request_tail[core];
	u64 entry;

	if (antlinux_ring_readable(&ring->head, tail, ant->info.depth) != ANTLINUX_RING_OK)
		return false;
	entry = *antlinux_ring_entry(ring, ant->info.depth, tail);
	return !(entry & ANTLINUX_ENTRY_BITS) && ant_is_lca(&ant->info, entry) &&
	       ant_is_held(ant, entry, ANTLINUX_STOP_VECTOR);
}

void ant_failpoint_pass(struct ant_core *ant)
{
	struct ant_queue *requests = &ant->lcas.requests;
	struct ant_lca *lca = requests->first;

	while (lca && ant_is_held(ant, lca->raddr, ANTLINUX_STOP_HEARD))
		lca = lca->next;
	if (!lca)
		return;
	ant_unqueue(ant, lca);
	ant_prepend(requests, lca, ANT_LCA_QUEUED);
}

void ant_failpoint_sleep(u64 raddr, enum antlinux_stop stop)
{
	/* Killed it goes on, too, as far as to its end. */
	(void)wait_event_killable(ant_failpoint_sleepers, !ant_is_held(&ant.core, raddr, stop));
}

long ant_failpoint_proxy(const struct ant_client *client, unsigned long stop)
{
	u64 raddr;

	spin_lock_irq(&ant.lock);
	raddr = client->lca ? client->lca->raddr : 0;
	spin_unlock_irq(&ant.lock);
	if (!raddr || stop >= ANTLINUX_STOP_COUNT)
		return -EINVAL;
	ant_failpoint_sleep(raddr, stop);
	return 0;
}

static ssize_t hold_show(struct kobject *directory, struct kobj_attribute *file, char *to)
{
	const struct antlinux_failpoint *point = ant_failpoint();
	u32 stop = READ_ONCE(point->stop) - 1;

	if (stop >= ANTLINUX_STOP_COUNT)
		return sprintf(to, "none\n");
	return sprintf(to, "%s %u%s\n", ant_stop_words[stop], point->call,
		       READ_ONCE(point->held) ? " held" : "");
}

/* All that is held elsewhere is released. */
static void ant_failpoint_set(u32 stop, u32 call)
{
	struct antlinux_failpoint *point = ant_failpoint();

	spin_lock_irq(&ant.lock);
	antlinux_store_release(&point->stop, 0);
	WRITE_ONCE(point->call, call);
	WRITE_ONCE(point->held, 0);
	antlinux_store_release(&point->stop, stop);
	ant.core.todo.any = ant.core.todo.more = ant.core.todo.wake_all = ant.core.todo.retry = true;
	ant_carry_out(&ant.core.todo);
	spin_unlock_irq(&ant.lock);
	wake_up_all(&ant_failpoint_sleepers);
}

static ssize_t hold_store(struct kobject *directory, struct kobj_attribute *file, const char *from,
			  size_t size)
{
	char word[16] = "", end;
	u32 stop = 0, call = 0;
	int words = sscanf(from, "%15s %u %c", word, &call, &end);

	while (stop < ANTLINUX_STOP_COUNT && strcmp(word, ant_stop_words[stop]))
		stop++;
	if (words == 2 && stop < ANTLINUX_STOP_COUNT)
		ant_failpoint_set(1 + stop, call);
	else if (words == 1 && !strcmp(word, "none"))
		ant_failpoint_set(0, 0);
	else
		return -EINVAL;
	return size;
}

static const struct kobj_attribute ant_hold_file = __ATTR(hold, 0644, hold_show, hold_store);

int ant_failpoint_init(struct kobject *directory)
{
	memset(ant_failpoint(), 0, sizeof(struct antlinux_failpoint));
	return sysfs_create_file(directory, &ant_hold_file.attr);
}
