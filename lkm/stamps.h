/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps of a call's way (<antlinux/lca.h>). Switched off, as they are at
 * first, they are no-ops in the code: a static branch.
 */
#ifndef ANT_STAMPS_H
#define ANT_STAMPS_H

#include <linux/jump_label.h>
#include <linux/timex.h>
#include <linux/types.h>

#include "compat.h"

DECLARE_STATIC_KEY_FALSE(ant_stamps_key);

void ant_stamp_now(u64 raddr, unsigned int room);
void ant_stamp_word_now(u64 raddr, size_t offset, u32 value);

/* Switches them on and off for trace.c, beside the parameter. */
void ant_stamps_for_trace(bool wanted);

/* What the clock says, for a stamp to come; 0 when they are off. */
static inline u32 ant_stamp_clock(void)
{
	return static_branch_unlikely(&ant_stamps_key) ? (u32)get_cycles() : 0;
}

/* The LCA must be one, and its call in our hands. */
static inline void ant_stamp(u64 raddr, unsigned int room)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_now(raddr, room);
}

/* The same for a value that is no time or was read before: into an LCA's word. */
static inline void ant_stamp_word(u64 raddr, size_t offset, u32 value)
{
	if (static_branch_unlikely(&ant_stamps_key))
		ant_stamp_word_now(raddr, offset, value);
}

#endif /* ANT_STAMPS_H */
