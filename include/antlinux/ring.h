/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The code of a ring between two cores, for both OSes (C and C++): one side writes, the other
 * reads, and no lock is shared. The rings of the LCA management table (table.h) are such rings.
 *
 * Each side keeps its own counter in private memory and only publishes it. It reads the peer's
 * counter each time, and uses it only when it is possible. So a peer that overwrites the table can
 * make a ring look empty, full or corrupt, and nothing worse.
 *
 * Every compiler from GCC 4.7 on has the builtins. They mean the same in any version of Linux, in
 * C++ and to ThreadSanitizer. On x86 they are plain moves, which only the compiler could reorder
 * (Intel SDM vol. 3A, 9.2.2: stores are not reordered with stores, nor loads with loads).
 */
#ifndef ANTLINUX_RING_H
#define ANTLINUX_RING_H

#include "table.h"

/* After this, all that the peer stored before its release of *word is visible. */
static inline antlinux_u32 antlinux_load_acquire(const antlinux_u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void antlinux_store_release(antlinux_u32 *word, antlinux_u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

enum antlinux_ring_status {
	ANTLINUX_RING_OK,
	ANTLINUX_RING_EMPTY,
	ANTLINUX_RING_FULL,
	ANTLINUX_RING_CORRUPT, /* the peer's counter is impossible */
};

/* What the reader finds: OK, EMPTY or CORRUPT. `tail` is its own counter, *head the writer's. */
static inline enum antlinux_ring_status
antlinux_ring_readable(const antlinux_u32 *head, antlinux_u32 tail, antlinux_u32 depth)
{
	antlinux_u32 fill = antlinux_load_acquire(head) - tail;

	if (fill == 0)
		return ANTLINUX_RING_EMPTY;
	return fill <= depth ? ANTLINUX_RING_OK : ANTLINUX_RING_CORRUPT;
}

/* What the writer finds: OK, FULL or CORRUPT. `head` is its own counter, *tail the reader's. */
static inline enum antlinux_ring_status
antlinux_ring_writable(antlinux_u32 head, const antlinux_u32 *tail, antlinux_u32 depth)
{
	antlinux_u32 fill = head - antlinux_load_acquire(tail);

	if (fill == depth)
		return ANTLINUX_RING_FULL;
	return fill < depth ? ANTLINUX_RING_OK : ANTLINUX_RING_CORRUPT;
}

/*
 * An entry. It is accessed once, but not in one piece, since AnT has 32 bits. The counters tell
 * when it is complete.
 */
static inline volatile antlinux_u64 *antlinux_ring_entry(struct antlinux_ring *ring, antlinux_u32 depth,
							 antlinux_u32 counter)
{
	return &ring->lca[counter & (depth - 1)];
}

/* Takes the oldest address out. *tail is the reader's own counter. */
static inline enum antlinux_ring_status antlinux_ring_pop(struct antlinux_ring *ring, antlinux_u32 depth,
							  antlinux_u32 *tail, antlinux_u64 *lca)
{
	enum antlinux_ring_status status = antlinux_ring_readable(&ring->head, *tail, depth);

	if (status == ANTLINUX_RING_OK) {
		*lca = *antlinux_ring_entry(ring, depth, *tail);
		*tail += 1;
		antlinux_store_release(&ring->tail, *tail);
	}
	return status;
}

/* Puts an address in. *head is the writer's own counter. */
static inline enum antlinux_ring_status antlinux_ring_push(struct antlinux_ring *ring, antlinux_u32 depth,
							   antlinux_u32 *head, antlinux_u64 lca)
{
	enum antlinux_ring_status status = antlinux_ring_writable(*head, &ring->tail, depth);

	if (status == ANTLINUX_RING_OK) {
		*antlinux_ring_entry(ring, depth, *head) = lca;
		*head += 1;
		antlinux_store_release(&ring->head, *head);
	}
	return status;
}

#endif /* ANTLINUX_RING_H */
