/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps of a call's way (<antlinux/lca.h>). Switched off, as they are at
 * first, they are no-ops in the code: a static branch.
 */
#ifndef ANT_STAMPS_H
#define ANT_STAMPS_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include "compat.h"

DECLARE_STATIC_KEY_FALSE(ant_stamps_key);

void ant_stamp_now(u64 raddr, unsigned int room);

/* The LCA must be one, and its call in our hands. */
static inline void ant_stamp(u64 raddr, unsigned int room)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_now(raddr, room);
}

#endif /* ANT_STAMPS_H */
