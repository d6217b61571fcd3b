/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others may see of the calls: recorded ones (<antlinux/observe/trace.h>), with their time
 * stamps (stamps.h), and the counters in /sys/kernel/antlinux/.
 */
#ifndef ANT_OBSERVE_H
#define ANT_OBSERVE_H

#include "core.h"

/* ANT_TRACE: calls are recorded until the client's file is closed. */
int ant_trace_begin(const struct ant_client *client);
void ant_trace_end(const struct ant_client *client);

int ant_observe_init(void);
void ant_observe_exit(void);

#endif /* ANT_OBSERVE_H */
