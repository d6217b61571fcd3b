/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: interrupt vectors of the IPIs that another OS sends to this kernel, one
 * for each sending core, so that the vector names the sender. They lie just
 * below Linux's own system vectors. For C and for assembly.
 */
#ifndef _ASM_X86_MINT_VECTORS_H
#define _ASM_X86_MINT_VECTORS_H

/* The vector of core 0; core n's is n above. */
#define MINT_VECTOR_BASE	0xe0
#define MINT_NR_VECTORS		8

/* Where Linux's system vectors start, given where they start without Mint. */
#ifdef CONFIG_MINT
#define MINT_SYSTEM_VECTORS(first)	MINT_VECTOR_BASE
#else
#define MINT_SYSTEM_VECTORS(first)	(first)
#endif

/*
 * Linux 3.0 flushes TLBs by vectors of their own, one for each processor, down
 * from 0xee. When there are fewer it shares them.
 */
#if defined(CONFIG_MINT) && defined(NUM_INVALIDATE_TLB_VECTORS) && NUM_INVALIDATE_TLB_VECTORS > 7
#undef NUM_INVALIDATE_TLB_VECTORS
#define NUM_INVALIDATE_TLB_VECTORS 7
#endif

#endif /* _ASM_X86_MINT_VECTORS_H */
