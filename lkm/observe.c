// SPDX-License-Identifier: GPL-2.0-only
/* Watching calls, see observe.h: the switches, the stamps, the files of /sys/kernel/antlinux/. */
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>
#include <linux/timex.h>

#include <antlinux/observe/trace.h>

#include "antlinux.h"
#include "observe.h"

/* Counts those who want stamps: the module's parameter `stamps`, and a recording. */
DEFINE_STATIC_KEY_FALSE(ant_stamps_key);

static DEFINE_MUTEX(ant_observe_mutex); /* guards the switches */
static bool ant_stamps_on;
static struct ant_client *ant_tracer; /* one at a time */
static u32 ant_recordings;	      /* so far */

static u32 ant_vector; /* when Mint's interrupt came; 0: none did */

static void ant_store_stamp(struct antlinux_stamps *stamps, enum antlinux_stop stop, u32 clock)
{
	if (antlinux_is_wanted(READ_ONCE(stamps->wanted), stop))
		WRITE_ONCE(stamps->stamp[stop], clock);
}

void ant_stamp_now(u64 raddr, enum antlinux_stop stop)
{
	struct antlinux_stamps *stamps = antlinux_stamps_of(ant_memory(raddr));

	if (stop == ANTLINUX_STOP_HEARD)
		ant_store_stamp(stamps, ANTLINUX_STOP_VECTOR, ant_vector);
	ant_store_stamp(stamps, stop, get_cycles());
}

void ant_stamp_vector_now(bool rang)
{
	ant_vector = rang ? get_cycles() : 0;
}

void ant_stamp_proxy_now(u64 raddr)
{
	struct antlinux_stamps *stamps = antlinux_stamps_of(ant_memory(raddr));

	if (READ_ONCE(stamps->wanted))
		WRITE_ONCE(stamps->proxy, task_tgid_vnr(current));
}

static int ant_stamps_set(const char *value, const struct kernel_param *parameter)
{
	bool before;
	int error;

	mutex_lock(&ant_observe_mutex);
	before = ant_stamps_on;
	error = param_set_bool(value, parameter);
	if (ant_stamps_on && !before)
		static_branch_inc(&ant_stamps_key);
	else if (!ant_stamps_on && before)
		static_branch_dec(&ant_stamps_key);
	mutex_unlock(&ant_observe_mutex);
	return error;
}

static const struct kernel_param_ops ant_stamps_operations = {
	.set = ant_stamps_set,
	.get = param_get_bool,
};

module_param_cb(stamps, &ant_stamps_operations, &ant_stamps_on, 0644);
MODULE_PARM_DESC(stamps, "time stamps for calls that ask for them");

/* AnT writes the records; here is only the switch. */
static struct antlinux_trace *ant_trace(void)
{
	return ant_memory(ant.region_base + ANTLINUX_TRACE_OFFSET);
}

int ant_trace_begin(struct ant_client *client)
{
	struct antlinux_trace *trace = ant_trace();
	int error = 0;

	mutex_lock(&ant_observe_mutex);
	if (antlinux_load_acquire(&trace->magic) != ANTLINUX_TRACE_MAGIC) {
		error = -ENXIO;
	} else if (ant_tracer) {
		error = -EBUSY;
	} else {
		ant_tracer = client;
		static_branch_inc(&ant_stamps_key);
		/* Nobody writes now but a call that was recorded before. */
		WRITE_ONCE(trace->tail, READ_ONCE(trace->head));
		WRITE_ONCE(trace->lost, 0);
		if (!++ant_recordings)
			ant_recordings = 1;
		antlinux_store_release(&trace->on, ant_recordings);
	}
	mutex_unlock(&ant_observe_mutex);
	return error;
}

void ant_trace_end(struct ant_client *client)
{
	mutex_lock(&ant_observe_mutex);
	if (ant_tracer == client) {
		antlinux_store_release(&ant_trace()->on, 0);
		static_branch_dec(&ant_stamps_key);
		ant_tracer = NULL;
	}
	mutex_unlock(&ant_observe_mutex);
}

static u64 ant_parents(void)
{
	return !!READ_ONCE(ant.parent);
}

static u64 ant_calls_in_progress(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < ANT_CALLS_MAX; i++)
		count += ant.calls.pool[i].state != ANT_CALL_FREE;
	return count;
}

static u64 ant_count_proxies(bool only_asleep)
{
	struct ant_client *client;
	unsigned int count = 0;

	spin_lock_irq(&ant.lock);
	list_for_each_entry(client, &ant.clients, all)
		if (!list_empty(&client->bound) && !(only_asleep && client->call))
			count++;
	spin_unlock_irq(&ant.lock);
	return count;
}

static u64 ant_proxies(void)
{
	return ant_count_proxies(false);
}

static u64 ant_proxies_asleep(void)
{
	return ant_count_proxies(true);
}

static u64 ant_tracers(void)
{
	return !!READ_ONCE(ant_tracer);
}

/* A read-only file with one number: a counter since the load of the module, or a value of now. */
struct ant_file {
	struct kobj_attribute attribute;
	const u64 *counter;
	u64 (*value)(void);
};

static ssize_t ant_show(struct kobject *kobject, struct kobj_attribute *attribute, char *to)
{
	const struct ant_file *file = container_of(attribute, struct ant_file, attribute);

	return sprintf(to, "%llu\n", file->counter ? *file->counter : file->value());
}

#define ANT_COUNTER(name) \
	{ __ATTR(name, 0444, ant_show, NULL), .counter = &ant.counters.name }
#define ANT_VALUE(name, function) \
	{ __ATTR(name, 0444, ant_show, NULL), .value = function }

static struct ant_file ant_files[] = {
	ANT_COUNTER(doorbells),
	ANT_COUNTER(rescans),
	ANT_COUNTER(empty),
	ANT_COUNTER(merged),
	ANT_COUNTER(requests),
	ANT_COUNTER(refused),
	ANT_COUNTER(results),
	ANT_COUNTER(waits),
	ANT_COUNTER(died),
	ANT_COUNTER(mad),
	ANT_COUNTER(starts),
	ANT_VALUE(parent, ant_parents),
	ANT_VALUE(in_progress, ant_calls_in_progress),
	ANT_VALUE(proxies, ant_proxies),
	ANT_VALUE(asleep, ant_proxies_asleep),
	ANT_VALUE(tracing, ant_tracers),
};

static struct kobject *ant_kobject;

int ant_observe_init(void)
{
	unsigned int i;
	int error = 0;

	ant_kobject = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!ant_kobject)
		return -ENOMEM;
	for (i = 0; !error && i < ARRAY_SIZE(ant_files); i++)
		error = sysfs_create_file(ant_kobject, &ant_files[i].attribute.attr);
	if (error)
		kobject_put(ant_kobject);
	return error;
}

void ant_observe_exit(void)
{
	kobject_put(ant_kobject);
}
