// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: boot parameters, and the memory region of the other OS.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/kernel.h>

#include "mint.h"
#include "mint_compat.h"
#include "mint_trampoline.h"

struct resource mint_region_resource = {
	.name = "Mint: memory of the other OS",
	.flags = IORESOURCE_BUSY | IORESOURCE_MEM,
};

DECLARE_BITMAP(mint_cores, ANTLINUX_MAX_CORES);

/* mint_mem= as given, not yet checked against the machine. */
static u64 wanted_base __initdata;
static u64 wanted_size __initdata;

/* mint_mem=SIZE@START, both with K, M or G */
static int __init mint_mem_setup(char *text)
{
	char *start = text, *end;
	u64 size, base;

	size = memparse(text, &start);
	if (*start != '@' || !size) {
		pr_err("mint_mem=%s is not SIZE@START: no memory is reserved\n", text);
		return 0;
	}
	base = memparse(start + 1, &end);
	if (end == start + 1 || *end) {
		pr_err("mint_mem=%s is not SIZE@START: no memory is reserved\n", text);
		return 0;
	}
	wanted_base = base;
	wanted_size = size;
	return 0;
}
early_param("mint_mem", mint_mem_setup);

/* mint_cores=1,2,3 or 1-3: local APIC ids */
static int __init mint_cores_setup(char *text)
{
	if (bitmap_parselist(text, mint_cores, ANTLINUX_MAX_CORES)) {
		bitmap_zero(mint_cores, ANTLINUX_MAX_CORES);
		pr_err("mint_cores=%s is not a list of APIC ids below %u: no core is given away\n",
		       text, ANTLINUX_MAX_CORES);
	}
	return 0;
}
early_param("mint_cores", mint_cores_setup);

/* Why mint_mem= cannot be had, or NULL. */
static const char * __init mint_region_problem(u64 base, u64 size)
{
	if (!IS_ALIGNED(base, PAGE_SIZE) || !IS_ALIGNED(size, PAGE_SIZE))
		return "it does not start and end at a page";
	if (base + size < base || base + size > SZ_4G)
		return "it does not lie below 4 GiB, where a core in 32-bit mode can reach it";
	if (!memblock_is_region_memory(base, size))
		return "not all of it is RAM";
	if (memblock_is_region_reserved(base, size))
		return "this kernel or the firmware uses a part of it";
	if (!mint_is_low_ram(MINT_TRAMPOLINE_PAGE) || !mint_is_low_ram(MINT_START_PAGE))
		return "the pages to start cores from, below 1 MiB, are not RAM";
	if (mint_reserve(base, size))
		return "memblock has no entry left";
	return NULL;
}

/*
 * The region stays in the direct mapping, as the crash kernel's does, so that
 * an image can be written into it; the page allocator never gets it.
 */
static void __init mint_reserve_region(void)
{
	const char *problem;

	if (!wanted_size)
		return;
	problem = mint_region_problem(wanted_base, wanted_size);
	if (problem) {
		pr_err("mint_mem=%#llx@%#llx refused: %s\n", wanted_size, wanted_base, problem);
		return;
	}
	/* Linux leaves the first MiB alone by itself; asking again does no harm. */
	mint_reserve(MINT_TRAMPOLINE_PAGE, PAGE_SIZE);
	mint_reserve(MINT_START_PAGE, PAGE_SIZE);

	mint_region_resource.start = wanted_base;
	mint_region_resource.end = wanted_base + wanted_size - 1;
	insert_resource(&iomem_resource, &mint_region_resource);
	mint_need_clocks();
	pr_info("memory %#llx-%#llx is the other OS's\n", wanted_base,
		wanted_base + wanted_size - 1);
}

/* The hook in setup_arch(), when memory is known and nothing is allocated yet. */
void __init mint_setup(void)
{
	mint_reserve_region();
	mint_install_vectors();
}

int mint_region(u64 *base, u64 *size)
{
	if (!mint_have_region())
		return -ENXIO;
	*base = mint_region_resource.start;
	*size = resource_size(&mint_region_resource);
	return 0;
}
EXPORT_SYMBOL_GPL(mint_region);
