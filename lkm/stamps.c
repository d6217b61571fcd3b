// SPDX-License-Identifier: GPL-2.0-only
/* The switch for time stamps (see stamps.h): the module's parameter `stamps`. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/timex.h>

#include "antlinux.h"
#include "stamps.h"

DEFINE_STATIC_KEY_FALSE(ant_stamps_key);

static DEFINE_MUTEX(ant_stamps_mutex);
static bool ant_stamps_on;     /* the parameter */
static bool ant_stamps_traced; /* trace.c wants them */
static bool ant_stamps_enabled;

void ant_stamp_now(u64 raddr, unsigned int room)
{
	struct antlinux_lca *lca = ant_memory(raddr);

	if (READ_ONCE(lca->stamps[ANTLINUX_STAMP_CALL]))
		WRITE_ONCE(lca->stamps[room], (u32)get_cycles());
}

void ant_stamp_word_now(u64 raddr, size_t offset, u32 value)
{
	struct antlinux_lca *lca = ant_memory(raddr);

	if (READ_ONCE(lca->stamps[ANTLINUX_STAMP_CALL]))
		WRITE_ONCE(*(u32 *)((char *)lca + offset), value);
}

/* With the mutex held. */
static void ant_stamps_switch(void)
{
	bool wanted = ant_stamps_on || ant_stamps_traced;

	if (wanted == ant_stamps_enabled)
		return;
	ant_stamps_enabled = wanted;
	if (wanted)
		static_branch_enable(&ant_stamps_key);
	else
		static_branch_disable(&ant_stamps_key);
}

void ant_stamps_for_trace(bool wanted)
{
	mutex_lock(&ant_stamps_mutex);
	ant_stamps_traced = wanted;
	ant_stamps_switch();
	mutex_unlock(&ant_stamps_mutex);
}

static int ant_stamps_set(const char *value, const struct kernel_param *parameter)
{
	int error;

	mutex_lock(&ant_stamps_mutex);
	error = param_set_bool(value, parameter);
	if (!error)
		ant_stamps_switch();
	mutex_unlock(&ant_stamps_mutex);
	return error;
}

static const struct kernel_param_ops ant_stamps_operations = {
	.set = ant_stamps_set,
	.get = param_get_bool,
};

module_param_cb(stamps, &ant_stamps_operations, &ant_stamps_on, 0644);
MODULE_PARM_DESC(stamps, "time stamps for calls that ask for them");
