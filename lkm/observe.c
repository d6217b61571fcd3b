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
#include "failpoints.h"
#include "observe.h"
#include "stamps.h"

/* Counts those who want stamps: the module's parameter `stamps`, and a recording. */
DEFINE_STATIC_KEY_FALSE(ant_stamps_key);

static DEFINE_MUTEX(ant_observe_mutex); /* guards the switches */
static bool ant_stamps_on;
static const struct ant_client *ant_tracer; /* one at a time */
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
	return ant_memory(ant.core.info.region_base + ANTLINUX_TRACE_OFFSET);
}

int ant_trace_begin(const struct ant_client *client)
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

void ant_trace_end(const struct ant_client *client)
{
	mutex_lock(&ant_observe_mutex);
	if (ant_tracer == client) {
		antlinux_store_release(&ant_trace()->on, 0);
		static_branch_dec(&ant_stamps_key);
		ant_tracer = NULL;
	}
	mutex_unlock(&ant_observe_mutex);
}

/* How many of Linux's LCAs there are of which `condition` holds. */
#define ANT_COUNT(condition)                                                                \
	({                                                                                  \
		const struct ant_lca *lca;                                                  \
		unsigned int count = 0;                                                     \
		for (lca = ant.core.lcas.pool; lca < ant.core.lcas.pool + ANT_LCAS; lca++) \
			count += !!(condition);                                             \
		count;                                                                      \
	})

/* A read-only file with one number: a counter since the load of the module, or a value of now. */
#define ANT_FILE(name, value)                                                                     \
	static ssize_t name##_show(struct kobject *kobject, struct kobj_attribute *file, char *to) \
	{                                                                                         \
		return sprintf(to, "%llu\n", (u64)(value));                                      \
	}                                                                                         \
	static struct kobj_attribute name##_file = __ATTR_RO(name)

ANT_FILE(doorbells, ant.core.counters.doorbells);
ANT_FILE(rescans, ant.core.counters.rescans);
ANT_FILE(empty, ant.core.counters.empty);
ANT_FILE(merged, ant.core.counters.merged);
ANT_FILE(requests, ant.core.counters.requests);
ANT_FILE(refused, ant.core.counters.refused);
ANT_FILE(results, ant.core.counters.results);
ANT_FILE(waits, ant.core.counters.waits);
ANT_FILE(died, ant.core.counters.died);
ANT_FILE(retired, ant.core.counters.retired);
ANT_FILE(corrupt, ant.core.counters.corrupt);
ANT_FILE(full, ant.core.counters.full);
ANT_FILE(starts, ant.core.counters.starts);
ANT_FILE(connected, ant.core.connected);
ANT_FILE(parent, !!ant.core.parent);
ANT_FILE(in_progress, ANT_COUNT(lca->state > ANT_LCA_IDLE));
ANT_FILE(proxies, ant.core.proxies);
ANT_FILE(asleep, ANT_COUNT(lca->proxy && lca->state != ANT_LCA_SERVED));
ANT_FILE(tracing, !!ant_tracer);

static const struct attribute *ant_files[] = {
	&doorbells_file.attr, &rescans_file.attr, &empty_file.attr,	  &merged_file.attr,
	&requests_file.attr,  &refused_file.attr, &results_file.attr,	  &waits_file.attr,
	&died_file.attr,      &corrupt_file.attr, &starts_file.attr,	  &parent_file.attr,
	&proxies_file.attr,   &asleep_file.attr,  &in_progress_file.attr, &tracing_file.attr,
	&full_file.attr,      &connected_file.attr, &retired_file.attr, NULL,
};

static struct kobject *ant_kobject;

int ant_observe_init(void)
{
	int error;

	ant_kobject = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!ant_kobject)
		return -ENOMEM;
	error = sysfs_create_files(ant_kobject, ant_files);
	if (!error)
		error = ant_failpoint_init(ant_kobject);
	if (error)
		kobject_put(ant_kobject);
	return error;
}

void ant_observe_exit(void)
{
	kobject_put(ant_kobject);
}
