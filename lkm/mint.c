// SPDX-License-Identifier: GPL-2.0-only
/*
 * antlinux, the special-OS cooperation driver (paper section 3.3): passes the
 * Linux system calls of AnT's processes to the parent process on Linux and
 * their results back. Needs a Mint kernel (include/antlinux/mint.h): here are
 * its interrupts, and loading and unloading.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/smp.h>
#include <asm/smp.h>

#include <antlinux/mint.h>
#include <antlinux/testbed.h>

#include "antlinux.h"
#include "observe.h"
#include "peers.h"
#include "stamps.h"

struct ant_driver ant;

static ushort debug_exit;
module_param(debug_exit, ushort, 0444);
MODULE_PARM_DESC(debug_exit, "I/O port of QEMU's isa-debug-exit: a panic ends the machine");

unsigned int ant_parent_seconds = 5;
module_param_named(parent_seconds, ant_parent_seconds, uint, 0644);
MODULE_PARM_DESC(parent_seconds, "for how long calls wait for a parent process");

/* Looks whether there is something from this core. */
static void ant_hear(unsigned int core, u64 *counter)
{
	unsigned long flags;

	spin_lock_irqsave(&ant.lock, flags);
	*counter += 1;
	ant_stamp_vector(counter == &ant.core.counters.doorbells);
	if (!ant_is_current(&ant.core))
		ant_greet(&ant.core);
	ant_exchange(&ant.core, core);
	if (ant.core.todo.any)
		ant_carry_out(&ant.core.todo);
	spin_unlock_irqrestore(&ant.lock, flags);
}

/* An IPI from AnT's core, known by its vector; interrupts are off. */
static void ant_doorbell(unsigned int core)
{
	ant_hear(core, &ant.core.counters.doorbells);
}

/* What was to end has perhaps been asleep for the next time when the signal came. */
static void ant_interrupt_again(void)
{
	spin_lock_irq(&ant.lock);
	if (ant.core.interrupting) {
		ant.core.todo.any = ant.core.todo.more = ant.core.todo.signal = true;
		ant_carry_out(&ant.core.todo);
	}
	spin_unlock_irq(&ant.lock);
}

/* For what no IPI has told, or what had to wait. */
static void ant_rescan(struct work_struct *work)
{
	unsigned int core;

	for (core = 0; core < ANTLINUX_MAX_CORES; core++)
		ant_hear(core, &ant.core.counters.rescans);
	ant_interrupt_again();
}

static void ant_lose_patience(struct work_struct *work)
{
	spin_lock_irq(&ant.lock);
	ant_abandon(&ant.core);
	if (ant.core.todo.any)
		ant_carry_out(&ant.core.todo);
	spin_unlock_irq(&ant.lock);
}

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

/* The cores this kernel runs on: none of them can be AnT's. */
static u32 __init ant_linux_cores(void)
{
	unsigned int cpu;
	u32 cores = 0;

	for_each_possible_cpu(cpu)
		if (cpu_physical_id(cpu) < ANTLINUX_MAX_CORES)
			cores |= BIT(cpu_physical_id(cpu));
	return cores;
}

static bool __init ant_is_reserved(u64 address)
{
	return pfn_valid(address >> PAGE_SHIFT) &&
	       PageReserved(pfn_to_page(address >> PAGE_SHIFT));
}

/* AnT's memory must be Linux's to see (not "System RAM" to use). */
static int __init ant_find_region(void)
{
	u64 base, size;
	int error = mint_region(&base, &size);

	if (error) {
		pr_err("no memory for AnT: boot with mint_mem=SIZE@START\n");
		return error;
	}
	if (!ant_is_reserved(base) || !ant_is_reserved(base + size - 1)) {
		pr_err("mint_mem=: %#llx-%#llx is not reserved memory\n", base, base + size - 1);
		return -ENXIO;
	}
	error = ant_core_init(&ant.core, phys_to_virt(base), base, size, ant_linux_cores());
	if (error) {
		pr_err("mint_mem=: %#llx bytes are too few for AnT\n", size);
		return error;
	}
	pr_info("AnT's memory is %#llx-%#llx\n", base, base + size - 1);
	return 0;
}

static int __init ant_init(void)
{
	int error = ant_find_region();

	if (error)
		return error;
	spin_lock_init(&ant.lock);
	INIT_LIST_HEAD(&ant.files);
	INIT_DELAYED_WORK(&ant.retry, ant_rescan);
	INIT_DELAYED_WORK(&ant.patience, ant_lose_patience);
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
		atomic_notifier_chain_register(&panic_notifier_list, &ant_panic_block);
	if (ant_is_unanswered(&ant.core))
		ant_rescan(NULL);
	schedule_delayed_work(&ant.patience, ant_parent_seconds * HZ);
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
	ant_leave(&ant.core);
	mint_set_ipi_handler(NULL);
	misc_deregister(&ant_device);
	if (debug_exit)
		atomic_notifier_chain_unregister(&panic_notifier_list, &ant_panic_block);
	/*
	 * No IPI comes any more. What AnT sent before it heard of our leaving has
	 * had its doorbell dropped: it gets an error now, which AnT finds at its
	 * next tick.
	 */
	cancel_delayed_work_sync(&ant.patience);
	ant_lose_patience(NULL);
	ant_rescan(NULL);
	cancel_delayed_work_sync(&ant.retry);
	/* If it was an AnT started anew that was heard just now: it, too. */
	ant_leave(&ant.core);
	ant_observe_exit();
}

module_init(ant_init);
module_exit(ant_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Special-OS cooperation driver: Linux system calls for AnT");
