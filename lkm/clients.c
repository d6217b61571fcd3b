// SPDX-License-Identifier: GPL-2.0-only
/*
 * The open files of /dev/ant: the parent's and the proxies', and what their
 * end means for the calls that they had in their hands.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "antlinux.h"
#include "observe.h"

/* The proxy that serves this LCA, or NULL. */
struct ant_client *ant_find_bound_locked(u64 raddr)
{
	struct ant_client *client;

	list_for_each_entry(client, &ant.bound[ant_hash(raddr)], bound)
		if (client->raddr == raddr)
			return client;
	return NULL;
}

/* Proxies lose their parent: those that sleep wake up to find they are stale. */
void ant_orphan_clients_locked(void)
{
	struct ant_client *client;

	list_for_each_entry(client, &ant.clients, all) {
		if (list_empty(&client->bound) && !client->call)
			continue;
		list_del_init(&client->bound);
		client->stale = true;
		wake_up_interruptible(&client->wait);
	}
}

int ant_open(struct inode *inode, struct file *file)
{
	struct ant_client *client = kzalloc(sizeof(*client), GFP_KERNEL);

	if (!client)
		return -ENOMEM;
	INIT_LIST_HEAD(&client->bound);
	init_waitqueue_head(&client->wait);
	spin_lock_irq(&ant.lock);
	list_add(&client->all, &ant.clients);
	spin_unlock_irq(&ant.lock);
	file->private_data = client;
	return 0;
}

/* Nobody will get to the requests that no proxy serves yet. */
static void ant_parent_gone_locked(void)
{
	struct ant_call *call;
	unsigned int i;

	ant.parent = NULL;
	ant_orphan_clients_locked();
	while ((call = ant_queue_take(&ant.queue, ANT_CALL_TAKEN)))
		ant_fail_locked(call, ENXIO);
	for (i = 0; i < ANT_CALLS_MAX; i++)
		if (ant.calls.pool[i].state == ANT_CALL_TAKEN)
			ant_fail_locked(&ant.calls.pool[i], ENXIO);
}

/*
 * A proxy has died with a call in its hands. When it was killed before it woke
 * up, nothing has been done yet: the parent gets the request once more.
 */
static void ant_server_gone_locked(struct ant_client *client)
{
	if (!client->begun && !client->stale) {
		ant_queue_prepend(&ant.queue, client->call, ANT_CALL_QUEUED);
		wake_up_interruptible(&ant.requests);
		return;
	}
	ant.counters.died++;
	ant_fail_locked(client->call, client->stale ? ENXIO : EIO);
}

int ant_release(struct inode *inode, struct file *file)
{
	struct ant_client *client = file->private_data;

	ant_trace_end(client);
	spin_lock_irq(&ant.lock);
	list_del(&client->all);
	list_del_init(&client->bound);
	if (ant.parent == client)
		ant_parent_gone_locked();
	if (client->call)
		ant_server_gone_locked(client);
	ant_lingering_gone_locked();
	spin_unlock_irq(&ant.lock);
	put_pid(client->pid);
	kfree(client);
	return 0;
}
