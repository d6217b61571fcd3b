// SPDX-License-Identifier: GPL-2.0-only
/*
 * antlinux, the special-OS cooperation driver (paper section 3.3): passes the
 * Linux system calls of AnT's processes to the parent process on Linux and
 * their results back. Needs a Mint kernel (include/antlinux/mint.h).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include <antlinux/mint.h>
#include <antlinux/testbed.h>

#include "antlinux.h"
#include "observe.h"

struct ant_driver ant;

static ushort debug_exit;
module_param(debug_exit, ushort, 0444);
MODULE_PARM_DESC(debug_exit,
		 "I/O port of QEMU's isa-debug-exit: a panic ends the machine");

static struct miscdevice ant_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ant",
	.fops = &ant_device_operations,
	.mode = 0600,
};

/*
 * A testbed must not take a panic for a hang: the machine ends with a status
 * of its own.
 */
static int ant_panic(struct notifier_block *block, unsigned long event, void *data)
{
	outb(ANTLINUX_EXIT_LINUX_PANIC, debug_exit);
	return NOTIFY_DONE;
}

static struct notifier_block ant_panic_block = {
	.notifier_call = ant_panic,
	.priority = INT_MIN, /* last: the others may have something to say */
};

/* AnT's memory must be Linux's to see (not "System RAM" to use). */
static int __init ant_find_region(void)
{
	unsigned long first, last;
	int error = mint_region(&ant.region_base, &ant.region_size);

	if (error) {
		pr_err("no memory for AnT: boot with mint_mem=SIZE@START\n");
		return error;
	}
	first = ant.region_base >> PAGE_SHIFT;
	last = (ant.region_base + ant.region_size - 1) >> PAGE_SHIFT;
	if (!pfn_valid(first) || !PageReserved(pfn_to_page(first)) ||
	    !pfn_valid(last) || !PageReserved(pfn_to_page(last))) {
		pr_err("mint_mem=: %#llx-%#llx is not reserved memory\n",
		       ant.region_base, ant.region_base + ant.region_size - 1);
		return -ENXIO;
	}
	ant.table = ant_memory(ant.region_base + ANTLINUX_TABLE_OFFSET);
	return 0;
}

static void __init ant_driver_init(void)
{
	unsigned int i;

	spin_lock_init(&ant.lock);
	init_waitqueue_head(&ant.requests);
	INIT_LIST_HEAD(&ant.clients);
	for (i = 0; i < ANT_CALLS_BUCKETS; i++)
		INIT_LIST_HEAD(&ant.bound[i]);
	ant_link_init();
}

static int __init ant_init(void)
{
	int error = ant_find_region();

	if (error)
		return error;
	ant_driver_init();
	error = ant_observe_init();
	if (error)
		return error;
	error = misc_register(&ant_device);
	if (error)
		goto no_device;
	error = mint_set_ipi_handler(ant_doorbell);
	if (error) {
		pr_err("another module has taken Mint's interrupts\n");
		goto no_interrupts;
	}
	if (debug_exit)
		atomic_notifier_chain_register(&panic_notifier_list,
					       &ant_panic_block);
	ant_link_open();
	pr_info("AnT's memory is %#llx-%#llx\n", ant.region_base,
		ant.region_base + ant.region_size - 1);
	return 0;

no_interrupts:
	misc_deregister(&ant_device);
no_device:
	ant_observe_exit();
	return error;
}

/* No file is open, so no call is in progress. */
static void __exit ant_exit(void)
{
	ant_link_leave();
	mint_set_ipi_handler(NULL);
	misc_deregister(&ant_device);
	if (debug_exit)
		atomic_notifier_chain_unregister(&panic_notifier_list,
						 &ant_panic_block);
	ant_link_close();
	ant_observe_exit();
}

module_init(ant_init);
module_exit(ant_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Special-OS cooperation driver: Linux system calls for AnT");
