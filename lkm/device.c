// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/ant: what the parent process and the proxy processes call. See
 * include/antlinux/device.h for the meaning of each call.
 */
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "antlinux.h"
#include "observe.h"

static void ant_describe_locked(const struct ant_call *call,
				struct antlinux_request *request)
{
	request->raddr = call->raddr;
	request->cid = call->core;
	request->generation = ant.generation;
}

static int ant_get(struct file *file, struct antlinux_request __user *to)
{
	struct ant_client *client = file->private_data;
	struct antlinux_request request = {};
	struct ant_call *call;
	int error = 0;

	spin_lock_irq(&ant.lock);
	if (client->raddr)
		error = -EINVAL;
	else if (!ant.parent)
		ant.parent = client;
	else if (ant.parent != client)
		error = -EBUSY;
	while (!error && !ant.queue.first) {
		spin_unlock_irq(&ant.lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		error = wait_event_interruptible(ant.requests,
						 READ_ONCE(ant.queue.first));
		spin_lock_irq(&ant.lock);
	}
	if (error) {
		spin_unlock_irq(&ant.lock);
		return error;
	}
	call = ant_queue_take(&ant.queue, ANT_CALL_TAKEN);
	ant_stamp(call->raddr, ANTLINUX_STOP_PARENT);
	ant_describe_locked(call, &request);
	spin_unlock_irq(&ant.lock);

	if (!copy_to_user(to, &request, sizeof(request)))
		return 0;
	/* Not lost: the next ANT_GET brings it, unless AnT is a new one by now. */
	spin_lock_irq(&ant.lock);
	if (request.generation == ant.generation &&
	    call->state == ANT_CALL_TAKEN)
		ant_queue_prepend(&ant.queue, call, ANT_CALL_QUEUED);
	spin_unlock_irq(&ant.lock);
	return -EFAULT;
}

static int ant_wake_locked(struct ant_client *client, u64 raddr)
{
	struct ant_call *call = ant_calls_find(&ant.calls, raddr);
	struct ant_client *proxy = ant_find_bound_locked(raddr);

	if (ant.parent != client)
		return -EPERM;
	if (!call || call->state != ANT_CALL_TAKEN)
		return -EINVAL;
	if (!proxy)
		return -ESRCH;
	call->state = ANT_CALL_SERVED;
	proxy->call = call;
	proxy->begun = false;
	ant_stamp(raddr, ANTLINUX_STOP_HANDED);
	wake_up_interruptible(&proxy->wait);
	return 0;
}

static int ant_bind_locked(struct ant_client *client, u64 raddr)
{
	struct ant_call *call = ant_calls_find(&ant.calls, raddr);

	if (ant.parent == client || client->raddr)
		return -EINVAL;
	if (!call)
		return -ENOENT;
	if (call->state != ANT_CALL_TAKEN || ant_find_bound_locked(raddr))
		return -EBUSY;
	call->state = ANT_CALL_SERVED;
	client->call = call;
	client->begun = true;
	client->raddr = raddr;
	ant_stamp(raddr, ANTLINUX_STOP_HANDED);
	list_add(&client->bound, &ant.bound[ant_hash(raddr)]);
	return 0;
}

/* Sleeps until this file has its next call in its hands. */
static int ant_wait(struct ant_client *client, struct antlinux_request *request)
{
	int error = wait_event_interruptible(client->wait,
					     READ_ONCE(client->call) ||
					     list_empty(&client->bound));

	/* SIGKILL came first: the call must not be taken for begun. */
	if (!error && fatal_signal_pending(current))
		error = -EINTR;
	if (error)
		return error;
	spin_lock_irq(&ant.lock);
	if (client->call) {
		ant_describe_locked(client->call, request);
		client->begun = true;
	} else {
		error = -ESTALE;
	}
	spin_unlock_irq(&ant.lock);
	return error;
}

static int ant_ret_locked(struct ant_client *client,
			  const struct antlinux_result *result)
{
	struct ant_call *call = client->call;

	if (client->lingers)
		return -ESTALE;
	if (ant.parent == client) {
		call = ant_calls_find(&ant.calls, result->raddr);
		if (call && call->state != ANT_CALL_TAKEN)
			call = NULL;
	}
	if (!call || call->raddr != result->raddr || call->core != result->cid)
		return -EINVAL;
	if (result->error >= 4096)
		return -EINVAL;
	ant_stamp_proxy(call->raddr);
	/* First give up the LCA, then answer: the next request may come at once. */
	client->call = NULL;
	if (!result->keep)
		list_del_init(&client->bound);
	if (result->error)
		ant_fail_locked(call, result->error);
	else
		ant_answer_locked(call);
	return 0;
}

static int ant_info(struct antlinux_info __user *to)
{
	struct antlinux_info info = {};
	bool connected;

	spin_lock_irq(&ant.lock);
	connected = ant.connected;
	info.region_base = ant.region_base;
	info.region_size = ant.region_size;
	info.ica_base = ant.ica_base;
	info.ica_size = ant.ica_size;
	info.cores = ant.cores;
	info.depth = ant.depth;
	info.generation = ant.generation;
	spin_unlock_irq(&ant.lock);
	if (!connected)
		return -ENXIO;
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

/*
 * What goes on as another call has done its own part when that is interrupted:
 * it must not be restarted from the beginning.
 */
static int ant_not_restarted(int error)
{
	return error == -ERESTARTSYS ? -EINTR : error;
}

static int ant_wake(struct file *file, struct antlinux_request __user *request)
{
	u64 raddr;
	int error;

	if (copy_from_user(&raddr, &request->raddr, sizeof(raddr)))
		return -EFAULT;
	spin_lock_irq(&ant.lock);
	error = ant_wake_locked(file->private_data, raddr);
	spin_unlock_irq(&ant.lock);
	if (error)
		return error;
	return ant_not_restarted(ant_get(file, request));
}

static int ant_ret(struct ant_client *client, struct antlinux_result __user *to)
{
	struct antlinux_request next;
	struct antlinux_result result;
	int error;

	if (copy_from_user(&result, to, sizeof(result)))
		return -EFAULT;
	spin_lock_irq(&ant.lock);
	error = ant_ret_locked(client, &result);
	spin_unlock_irq(&ant.lock);
	if (error || !result.keep)
		return error;
	error = ant_not_restarted(ant_wait(client, &next));
	return error ? error : put_user(next.cid, &to->next_cid);
}

static long ant_ioctl(struct file *file, unsigned int command, unsigned long to)
{
	struct ant_client *client = file->private_data;
	void __user *argument = (void __user *)to;
	struct antlinux_request request = {};
	u64 raddr;
	int error;

	switch (command) {
	case ANT_GET:
		return ant_get(file, argument);
	case ANT_WAKE:
		return ant_wake(file, argument);
	case ANT_RET:
		return ant_ret(client, argument);
	case ANT_WAIT:
		error = ant_wait(client, &request);
		if (!error && copy_to_user(argument, &request, sizeof(request)))
			error = -EFAULT;
		return error;
	case ANT_BIND:
		if (copy_from_user(&raddr, argument, sizeof(raddr)))
			return -EFAULT;
		spin_lock_irq(&ant.lock);
		error = ant_bind_locked(client, raddr);
		spin_unlock_irq(&ant.lock);
		return error;
	case ANT_INFO:
		return ant_info(argument);
	case ANT_TRACE:
		return ant_trace_begin(client);
	default:
		return -ENOTTY;
	}
}

static __poll_t ant_poll(struct file *file, poll_table *table)
{
	struct ant_client *client = file->private_data;

	if (client->raddr) {
		poll_wait(file, &client->wait, table);
		return READ_ONCE(client->call) ? EPOLLIN | EPOLLRDNORM : 0;
	}
	poll_wait(file, &ant.requests, table);
	return READ_ONCE(ant.queue.first) ? EPOLLIN | EPOLLRDNORM : 0;
}

const struct file_operations ant_device_operations = {
	.owner = THIS_MODULE,
	.open = ant_open,
	.release = ant_release,
	.unlocked_ioctl = ant_ioctl,
	.poll = ant_poll,
	.mmap = ant_mmap,
	.llseek = noop_llseek,
};
