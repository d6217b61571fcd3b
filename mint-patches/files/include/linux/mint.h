/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: what its hooks in Linux's own files call. Without CONFIG_MINT each is an
 * empty inline function, and the compiler drops the hook.
 */
#ifndef _LINUX_MINT_H
#define _LINUX_MINT_H

#include <linux/errno.h>
#include <linux/types.h>

struct clock_event_device;
struct kexec_segment;
struct pci_bus;

#ifdef CONFIG_MINT
#include <antlinux/mint.h>

/* The flag that kexec_load() takes beside its own. */
static inline unsigned long mint_kexec_flags(void)
{
	return MINT_KEXEC_FLAG;
}

void mint_setup(void);
int mint_kexec_load(unsigned long entry, unsigned long nr_segments,
		    const struct kexec_segment *segments, unsigned long flags);
int mint_reboot(unsigned int cmd, unsigned long arg);
bool mint_pci_hidden(struct pci_bus *bus, int devfn, u32 id);

/* Only where lapic_khz= needs hooks (series, from 51 on). */
bool mint_lapic_known(struct clock_event_device *timer, unsigned int divisor,
		      unsigned int *period);
void mint_lapic_measured(unsigned int period);

#else

static inline unsigned long mint_kexec_flags(void)
{
	return 0;
}

static inline void mint_setup(void)
{
}

static inline int mint_kexec_load(unsigned long entry,
				  unsigned long nr_segments,
				  const struct kexec_segment *segments,
				  unsigned long flags)
{
	return -EINVAL;
}

static inline int mint_reboot(unsigned int cmd, unsigned long arg)
{
	return -EINVAL;
}

static inline bool mint_pci_hidden(struct pci_bus *bus, int devfn, u32 id)
{
	return false;
}

static inline bool mint_lapic_known(struct clock_event_device *timer,
				    unsigned int divisor, unsigned int *period)
{
	return false;
}

static inline void mint_lapic_measured(unsigned int period)
{
}

#endif /* CONFIG_MINT */
#endif /* _LINUX_MINT_H */
