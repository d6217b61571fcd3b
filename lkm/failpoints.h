/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the module holds a call (<antlinux/observe/failpoints.h>), see hold.c. In an ordinary build, and in
 * the unit tests: nowhere.
 *
 *   VECTOR       the request stays in its ring, with those behind it
 *   HEARD        it stays in the queue for the parent, and others pass it
 *   PARENT       the parent sleeps in its command, and all who need it wait
 *   HANDED       a kept proxy is not woken; a new one sleeps in ANT_HOLD
 *   BEGUN, DONE  the proxy sleeps in ANT_HOLD
 *   ANSWER       the answer waits as if its ring were full, with those behind it
 */
#ifndef ANT_FAILPOINTS_H
#define ANT_FAILPOINTS_H

#ifdef ANTLINUX_FAILPOINTS
#include <antlinux/observe/failpoints.h>
#include <linux/types.h>

struct ant_client;
struct ant_core;
struct kobject;

/* Is the call with the LCA at raddr, which has come to this stop, to stay there for now? */
bool ant_is_held(const struct ant_core *ant, u64 raddr, enum antlinux_stop stop);
/* Is the next request in the core's ring to stay there? */
bool ant_failpoint_request(const struct ant_core *ant, u32 core);
/* The first request is held: one that is not takes its place. */
void ant_failpoint_pass(struct ant_core *ant);
/* The current process sleeps until the call is released, or it is killed. */
void ant_failpoint_sleep(u64 raddr, enum antlinux_stop stop);
/* ANT_HOLD. */
long ant_failpoint_proxy(const struct ant_client *client, unsigned long stop);
#define ANT_IS_FAILPOINT(command) ((command) == ANT_HOLD)
/* The switch, `hold` in the module's directory of /sys; nothing is held at first. */
int ant_failpoint_init(struct kobject *directory);
#else
#define ant_is_held(ant, raddr, stop) ((void)(ant), false)
#define ant_failpoint_request(ant, core) false
#define ant_failpoint_pass(ant) ((void)(ant))
#define ant_failpoint_sleep(raddr, stop) ((void)(raddr))
#define ant_failpoint_proxy(client, stop) (-ENOTTY)
#define ANT_IS_FAILPOINT(command) false
#define ant_failpoint_init(directory) 0
#endif

#endif /* ANT_FAILPOINTS_H */
