// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/antlinux/: one number a file, read only. All count from the load
 * of the module, but for those from `parent` on, which are of now.
 *
 *   doorbells    IPIs from AnT
 *   rescans      looks into a request ring without a doorbell: the pool was used up
 *   empty        doorbells that found nothing: an earlier one had taken it
 *   merged       requests that came with another one's doorbell
 *   requests     requests taken out of the request rings
 *   refused      of these: not given to the parent (no LCA, LCA in use, no parent)
 *   results      results put into the result rings
 *   waits        results that had to wait for room there
 *   died         calls whose proxy died
 *   mad          times a ring's counters made no sense
 *   starts       handshakes with AnT
 *   parent       1 when there is a parent process
 *   in_progress  calls that are not answered now
 *   proxies      proxies that serve an LCA: alive
 *   asleep       of these: without a call in their hands
 *   tracing      1 when calls are recorded (ANT_TRACE)
 */
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "antlinux.h"

static unsigned int ant_calls_in_progress(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < ANT_CALLS_MAX; i++)
		count += ant.calls.pool[i].state != ANT_CALL_FREE;
	return count;
}

static unsigned int ant_proxies(bool only_asleep)
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

#define ANT_VALUE(name, value)                                                 \
	static ssize_t name##_show(struct kobject *kobject,                    \
				   struct kobj_attribute *attribute, char *to) \
	{                                                                      \
		return sprintf(to, "%llu\n", (unsigned long long)(value));     \
	}                                                                      \
	static struct kobj_attribute name##_attribute = __ATTR_RO(name)

ANT_VALUE(doorbells, ant.counters.doorbells);
ANT_VALUE(rescans, ant.counters.rescans);
ANT_VALUE(empty, ant.counters.empty);
ANT_VALUE(merged, ant.counters.merged);
ANT_VALUE(requests, ant.counters.requests);
ANT_VALUE(refused, ant.counters.refused);
ANT_VALUE(results, ant.counters.results);
ANT_VALUE(waits, ant.counters.waits);
ANT_VALUE(died, ant.counters.died);
ANT_VALUE(mad, ant.counters.mad);
ANT_VALUE(starts, ant.counters.starts);
ANT_VALUE(parent, !!ant.parent);
ANT_VALUE(in_progress, ant_calls_in_progress());
ANT_VALUE(proxies, ant_proxies(false));
ANT_VALUE(asleep, ant_proxies(true));
ANT_VALUE(tracing, ant_trace_is_on());

static struct attribute *ant_attributes[] = {
	&doorbells_attribute.attr,
	&rescans_attribute.attr,
	&empty_attribute.attr,
	&merged_attribute.attr,
	&requests_attribute.attr,
	&refused_attribute.attr,
	&results_attribute.attr,
	&waits_attribute.attr,
	&died_attribute.attr,
	&mad_attribute.attr,
	&starts_attribute.attr,
	&parent_attribute.attr,
	&in_progress_attribute.attr,
	&proxies_attribute.attr,
	&asleep_attribute.attr,
	&tracing_attribute.attr,
	NULL,
};

static struct attribute_group ant_attribute_group = {
	.attrs = ant_attributes,
};

static struct kobject *ant_kobject;

int ant_counters_init(void)
{
	int error;

	ant_kobject = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!ant_kobject)
		return -ENOMEM;
	error = sysfs_create_group(ant_kobject, &ant_attribute_group);
	if (error)
		kobject_put(ant_kobject);
	return error;
}

void ant_counters_exit(void)
{
	kobject_put(ant_kobject);
}
