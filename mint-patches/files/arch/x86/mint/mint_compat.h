/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: what the versions of Linux do differently. The other files are the same
 * for all versions and ask nowhere which one it is.
 */
#ifndef MINT_COMPAT_H
#define MINT_COMPAT_H

#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/rcupdate.h>

#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/desc.h>
#include <asm/idtentry.h>

/* Interrupt handlers that are running now have ended when this returns. */
static inline void mint_wait_for_handlers(void)
{
	synchronize_rcu();
}

/* Keeps the pages of the region out of the page allocator. */
static inline int __init mint_reserve(u64 base, u64 size)
{
	return memblock_reserve(base, size);
}

/*
 * The local APIC timer ticks in the unit that Linux calibrates: input clocks,
 * before the divider, in one jiffy.
 */
static inline void __init mint_set_lapic_khz(unsigned int khz)
{
	lapic_timer_period = div_u64((u64)khz * 1000, HZ);
}

static inline unsigned int mint_get_lapic_khz(void)
{
	return div_u64((u64)lapic_timer_period * HZ, 1000);
}

/*
 * With the TSC-deadline timer Linux has no use for the APIC timer's clock and
 * does not measure it. The other OS needs it.
 */
static inline void __init mint_want_lapic_calibration(void)
{
	setup_clear_cpu_cap(X86_FEATURE_TSC_DEADLINE_TIMER);
}

/* The head of the handler of core n's vector; its body follows. */
#define MINT_DEFINE_VECTOR(n) DEFINE_IDTENTRY_SYSVEC(sysvec_mint##n)

#define MINT_INSTALL_VECTOR(n)			\
	alloc_intr_gate(MINT_VECTOR_BASE + (n), asm_sysvec_mint##n)

#endif /* MINT_COMPAT_H */
