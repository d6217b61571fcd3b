/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: what the versions of Linux do differently. The other files are the same
 * for all versions and ask nowhere which one it is.
 */
#ifndef MINT_COMPAT_H
#define MINT_COMPAT_H

#include <linux/bitmap.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/memblock.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>

#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/desc.h>

/* The versions that are known: 3.0.8, 6.1 and 6.12. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(3, 1, 0)
#define MINT_LINUX_3_0
#endif

/* Where things are and what they are called. */
#ifdef MINT_LINUX_3_0
#include <linux/module.h>

#define SZ_4G 0x100000000ULL
#define READ_ONCE(x) ACCESS_ONCE(x)
#define WRITE_ONCE(x, value) (ACCESS_ONCE(x) = (value))
#else
#include <linux/export.h>
#include <linux/sizes.h>
#endif

/* Interrupt handlers that are running now have ended when this returns. */
static inline void mint_wait_for_handlers(void)
{
#ifdef MINT_LINUX_3_0
	synchronize_sched();
#else
	synchronize_rcu();
#endif
}

/* Keeps the pages of the region out of the page allocator. */
static inline int __init mint_reserve(u64 base, u64 size)
{
	return memblock_reserve(base, size);
}

/*
 * Whether a page of the first 64 KiB is RAM. Linux leaves them alone, since some
 * firmware does not; 3.0 by taking them for no RAM at all, so that only the
 * firmware's own map tells.
 */
#ifdef MINT_LINUX_3_0
#include <asm/e820.h>

static inline bool __init mint_is_low_ram(u64 page)
{
	unsigned int i;

	for (i = 0; i < e820_saved.nr_map; i++) {
		const struct e820entry *entry = &e820_saved.map[i];

		if (entry->type == E820_RAM && page >= entry->addr &&
		    page + PAGE_SIZE <= entry->addr + entry->size)
			return true;
	}
	return false;
}
#else
static inline bool __init mint_is_low_ram(u64 page)
{
	return memblock_is_region_memory(page, PAGE_SIZE);
}
#endif

/* A set of small numbers as a sysfs file shows it: "1-3" and a newline. */
static inline ssize_t mint_print_list(char *buf, const unsigned long *bits, int count)
{
#ifdef MINT_LINUX_3_0
	int length = bitmap_scnlistprintf(buf, PAGE_SIZE - 1, bits, count);

	buf[length++] = '\n';
	return length;
#else
	return scnprintf(buf, PAGE_SIZE, "%*pbl\n", count, bits);
#endif
}

/*
 * The segments that kexec_load()'s hook hands over: a copy in the kernel, or in
 * 3.0 the caller's own, which can still change.
 */
#ifdef MINT_LINUX_3_0
static inline const struct kexec_segment *
mint_get_segments(const struct kexec_segment *given, unsigned long count)
{
	return memdup_user((const void __force __user *)given, count * sizeof(*given));
}

static inline void mint_put_segments(const struct kexec_segment *segments)
{
	kfree(segments);
}
#else
static inline const struct kexec_segment *
mint_get_segments(const struct kexec_segment *given, unsigned long count)
{
	return given;
}

static inline void mint_put_segments(const struct kexec_segment *segments)
{
}
#endif

/*
 * The local APIC timer ticks in the unit that Linux calibrates: input clocks,
 * before the divider, in one jiffy. 3.0 keeps the figure to itself.
 */
#ifdef MINT_LINUX_3_0
#include <linux/clockchips.h>

#define MINT_NEEDS_LAPIC_HOOKS
#define mint_lapic_ticks mint_lapic_period
extern unsigned int mint_lapic_period;
#else
#define mint_lapic_ticks lapic_timer_period
#endif

static inline void __init mint_set_lapic_khz(unsigned int khz)
{
	mint_lapic_ticks = div_u64((u64)khz * 1000, HZ);
}

static inline unsigned int mint_get_lapic_khz(void)
{
	return div_u64((u64)mint_lapic_ticks * HZ, 1000);
}

/*
 * With the TSC-deadline timer Linux has no use for the APIC timer's clock and
 * does not measure it. The other OS needs it.
 */
static inline void __init mint_want_lapic_calibration(void)
{
#ifndef MINT_LINUX_3_0 /* which does not know that timer */
	setup_clear_cpu_cap(X86_FEATURE_TSC_DEADLINE_TIMER);
#endif
}

#ifdef MINT_LINUX_3_0
#include <asm/x86_init.h>

#define MINT_LACKS_TSC_EARLY_KHZ
#endif

/*
 * MINT_DEFINE_VECTOR(n) is the head of the handler of core n's vector; its body
 * follows.
 */
#ifdef MINT_LINUX_3_0
#include <linux/hardirq.h>

#include <asm/idle.h>
#include <asm/irq_regs.h>

#define DECLARE_IDTENTRY_SYSVEC(vector, function)		\
	asmlinkage void asm_##function(void);			\
	asmlinkage void function(struct pt_regs *regs)
#include <asm/mint_idtentry.h>

#define MINT_DEFINE_VECTOR(n)					\
static void mint_vector##n(void);				\
asmlinkage void sysvec_mint##n(struct pt_regs *regs)		\
{								\
	struct pt_regs *old_regs = set_irq_regs(regs);		\
								\
	exit_idle();						\
	irq_enter();						\
	mint_vector##n();					\
	irq_exit();						\
	set_irq_regs(old_regs);					\
}								\
static void mint_vector##n(void)
#else
#include <asm/idtentry.h>

#define MINT_DEFINE_VECTOR(n) DEFINE_IDTENTRY_SYSVEC(sysvec_mint##n)
#endif

#ifndef sysvec_install /* 6.11 */
#define sysvec_install(vector, function) alloc_intr_gate(vector, asm_##function)
#endif

#define MINT_INSTALL_VECTOR(n) sysvec_install(MINT_VECTOR_BASE + (n), sysvec_mint##n)

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define apic_eoi() ack_APIC_irq()
#endif

#endif /* MINT_COMPAT_H */
