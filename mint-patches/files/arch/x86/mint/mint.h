/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: what its own files share. What the rest of Linux calls is in
 * linux/mint.h, what modules and programs see in antlinux/mint.h.
 */
#ifndef MINT_INTERNAL_H
#define MINT_INTERNAL_H

#include <linux/bitmap.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/mint.h>
#include <linux/mutex.h>
#include <linux/types.h>

/* A page below 1 MiB for the other OS, to start its cores from. */
#define MINT_START_PAGE 0x9000

/* The region: start and end are inclusive, as in /proc/iomem. Empty: end 0. */
extern struct resource mint_region_resource;
/* By local APIC id: the cores another OS may have. */
extern DECLARE_BITMAP(mint_cores, ANTLINUX_MAX_CORES);

static inline bool mint_have_region(void)
{
	return mint_region_resource.end != 0;
}

/* mint_clocks.c: the other OS needs the clocks' frequencies. */
void __init mint_need_clocks(void);
/* The local APIC timer's input clock; 0: not known yet. */
unsigned int mint_lapic_khz(void);

/* The loaded image, which starts as Linux's 32-bit boot protocol has it. */
struct mint_image {
	u32 entry;
	u32 boot_params;
	bool loaded;
};

extern struct mint_image mint_image;
extern struct mutex mint_lock;

/* The core that the image was started on, or -1. */
extern int mint_started_core;

void __init mint_install_vectors(void);

#endif /* MINT_INTERNAL_H */
