// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: /sys/kernel/mint/, one value a file (antlinux/mint.h lists them).
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/percpu.h>
#include <linux/sysfs.h>

#include <asm/mint_vectors.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#include "mint.h"
#include "mint_compat.h"

/* A read-only file NAME whose content is printed by the format and arguments. */
#define MINT_FILE(name, ...)							\
static ssize_t name##_show(struct kobject *kobj, struct kobj_attribute *attr,	\
			   char *buf)						\
{										\
	return scnprintf(buf, PAGE_SIZE, __VA_ARGS__);				\
}										\
static struct kobj_attribute name##_attribute = __ATTR_RO(name)

MINT_FILE(linux_core, "%u\n", per_cpu(x86_cpu_to_apicid, 0));
MINT_FILE(loaded, "%d\n", mint_image.loaded);
MINT_FILE(start_page, "%#x\n", MINT_START_PAGE);
MINT_FILE(vector_base, "%#x\n", MINT_VECTOR_BASE);
MINT_FILE(tsc_khz, "%u\n", tsc_khz);
MINT_FILE(lapic_khz, "%u\n", mint_lapic_khz());

static ssize_t cores_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return mint_print_list(buf, mint_cores, ANTLINUX_MAX_CORES);
}

static struct kobj_attribute cores_attribute = __ATTR_RO(cores);

static ssize_t region_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	if (!mint_have_region())
		return 0;
	return scnprintf(buf, PAGE_SIZE, "%#llx-%#llx\n",
			 (u64)mint_region_resource.start,
			 (u64)mint_region_resource.end);
}

static struct kobj_attribute region_attribute = __ATTR_RO(region);

static ssize_t started_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	if (mint_started_core < 0)
		return 0;
	return scnprintf(buf, PAGE_SIZE, "%d\n", mint_started_core);
}

static struct kobj_attribute started_attribute = __ATTR_RO(started);

static struct attribute *mint_attributes[] = {
	&region_attribute.attr,
	&cores_attribute.attr,
	&linux_core_attribute.attr,
	&started_attribute.attr,
	&loaded_attribute.attr,
	&start_page_attribute.attr,
	&vector_base_attribute.attr,
	&tsc_khz_attribute.attr,
	&lapic_khz_attribute.attr,
	NULL,
};

static const struct attribute_group mint_group = {
	.attrs = mint_attributes,
};

static int __init mint_sysfs_init(void)
{
	struct kobject *directory = kobject_create_and_add("mint", kernel_kobj);
	int ret;

	if (!directory)
		return -ENOMEM;
	ret = sysfs_create_group(directory, &mint_group);
	if (ret)
		kobject_put(directory);
	return ret;
}
late_initcall(mint_sysfs_init);
