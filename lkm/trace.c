// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has calls recorded (<antlinux/trace.h>): one open file of /dev/ant at a
 * time, from ANT_TRACE on until it is closed. AnT writes the records; here is
 * only the switch.
 */
#include <linux/errno.h>
#include <linux/mutex.h>

#include <antlinux/trace.h>

#include "antlinux.h"

static DEFINE_MUTEX(ant_trace_mutex);
static struct ant_client *ant_tracer;
static u32 ant_recordings; /* so far */

static struct antlinux_trace *ant_trace(void)
{
	return ant_memory(ant.region_base + ANTLINUX_TRACE_OFFSET);
}

bool ant_trace_is_on(void)
{
	return READ_ONCE(ant_tracer);
}

int ant_trace_begin(struct ant_client *client)
{
	struct antlinux_trace *trace = ant_trace();
	int error = 0;

	mutex_lock(&ant_trace_mutex);
	if (antlinux_load_acquire(&trace->magic) != ANTLINUX_TRACE_MAGIC) {
		error = -ENXIO;
	} else if (ant_tracer) {
		error = -EBUSY;
	} else {
		ant_tracer = client;
		ant_stamps_for_trace(true);
		/* Nobody writes now but a call that was recorded before. */
		WRITE_ONCE(trace->tail, READ_ONCE(trace->head));
		WRITE_ONCE(trace->lost, 0);
		if (!++ant_recordings)
			ant_recordings = 1;
		antlinux_store_release(&trace->on, ant_recordings);
	}
	mutex_unlock(&ant_trace_mutex);
	return error;
}

void ant_trace_end(struct ant_client *client)
{
	mutex_lock(&ant_trace_mutex);
	if (ant_tracer == client) {
		antlinux_store_release(&ant_trace()->on, 0);
		ant_stamps_for_trace(false);
		ant_tracer = NULL;
	}
	mutex_unlock(&ant_trace_mutex);
}
