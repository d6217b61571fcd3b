/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of one core in the LCA management table: put an address in,
 * take one out. No kernel dependencies: the unit tests run this on the host.
 *
 * Whoever owns a side keeps its own counter in private memory and only
 * publishes it; the peer's counter is read afresh and believed only when it
 * makes sense. So a peer that scribbles on the table can make a ring look
 * empty or full, and nothing worse.
 */
#ifndef ANT_RING_H
#define ANT_RING_H

#include <antlinux/table.h>

/*
 * The counters order the entries: the writer's release makes the entry visible
 * before the head that announces it. On x86 both are plain moves (Intel SDM
 * vol. 3A, 9.2.2: stores are not reordered with stores, nor loads with loads),
 * only the compiler has to be held back.
 */
#ifdef __KERNEL__
#include "compat.h"
#define ant_load(p) READ_ONCE(*(p))
#define ant_store(p, v) WRITE_ONCE(*(p), v)
#else
#define ant_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define ant_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define ant_load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define ant_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#endif

enum ant_ring_status {
	ANT_RING_OK,
	ANT_RING_EMPTY,
	ANT_RING_FULL,
	ANT_RING_MAD, /* the peer's counter makes no sense */
};

/* Takes the oldest address out. *tail is the reader's own counter. */
static inline enum ant_ring_status
ant_ring_pop(struct antlinux_ring *ring, antlinux_u32 depth,
	     antlinux_u32 *tail, antlinux_u64 *raddr)
{
	antlinux_u32 fill = ant_load_acquire(&ring->head) - *tail;

	if (fill == 0)
		return ANT_RING_EMPTY;
	if (fill > depth)
		return ANT_RING_MAD;
	*raddr = ant_load(&ring->lca[*tail & (depth - 1)]);
	*tail += 1;
	ant_store_release(&ring->tail, *tail);
	return ANT_RING_OK;
}

/* Puts an address in. *head is the writer's own counter. */
static inline enum ant_ring_status
ant_ring_push(struct antlinux_ring *ring, antlinux_u32 depth,
	      antlinux_u32 *head, antlinux_u64 raddr)
{
	antlinux_u32 fill = *head - ant_load_acquire(&ring->tail);

	if (fill == depth)
		return ANT_RING_FULL;
	if (fill > depth)
		return ANT_RING_MAD;
	ant_store(&ring->lca[*head & (depth - 1)], raddr);
	*head += 1;
	ant_store_release(&ring->head, *head);
	return ANT_RING_OK;
}

#endif /* ANT_RING_H */
