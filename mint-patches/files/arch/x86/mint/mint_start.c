// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: starting the loaded image on a core that this kernel does not own, while
 * this kernel goes on.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/io.h>
#include <asm/smp.h>
#include <asm/tsc.h>

#include "mint.h"
#include "mint_compat.h"
#include "mint_trampoline.h"

/* How long a started core may take to report, in steps of 1 ms or a little more. */
#define MINT_START_STEPS 2000

int mint_started_core = -1;

static u32 *trampoline_word(unsigned int offset)
{
	return phys_to_virt(MINT_TRAMPOLINE_PAGE + offset);
}

static bool core_is_alive(void)
{
	return READ_ONCE(*trampoline_word(MINT_TRAMPOLINE_ALIVE)) == MINT_ALIVE;
}

/* Waits until the core has reached protected mode. */
static bool wait_for_core(void)
{
	unsigned int step;

	for (step = 0; step < MINT_START_STEPS && !core_is_alive(); step++)
		usleep_range(1000, 1500);
	return core_is_alive();
}

/* One INIT or start-up IPI to one core. */
static void send_start_ipi(u32 command, unsigned int core)
{
	unsigned long flags;

	local_irq_save(flags);
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_INT_ASSERT | command, core);
	safe_apic_wait_icr_idle();
	local_irq_restore(flags);
}

/*
 * INIT, 10 ms, start-up, 200 us, start-up once more for processors that missed
 * it: Intel SDM vol. 3, "MP Initialization Example".
 */
static bool wake_core(unsigned int core)
{
	unsigned int attempt;

	send_start_ipi(APIC_DM_INIT, core);
	usleep_range(10000, 11000);
	for (attempt = 0; attempt < 2 && !core_is_alive(); attempt++) {
		send_start_ipi(APIC_DM_STARTUP | (MINT_TRAMPOLINE_PAGE >> PAGE_SHIFT), core);
		usleep_range(200, 300);
	}
	if (wait_for_core())
		return true;
	/* Whatever it does, it shall not come to life later. */
	send_start_ipi(APIC_DM_INIT, core);
	return false;
}

static bool is_own_core(unsigned long core)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (per_cpu(x86_cpu_to_apicid, cpu) == core)
			return true;
	}
	return false;
}

static void write_trampoline(void)
{
	memcpy(trampoline_word(0), mint_trampoline_start,
	       mint_trampoline_end - mint_trampoline_start);
	*trampoline_word(MINT_TRAMPOLINE_ENTRY) = mint_image.entry;
	*trampoline_word(MINT_TRAMPOLINE_BOOT_PARAMS) = mint_image.boot_params;
	/* All of it, and the image, before the core is woken. */
	wmb();
}

static int start_image(unsigned long core)
{
	if (is_own_core(core)) {
		pr_err("start: core %lu is this kernel's own\n", core);
		return -EBUSY;
	}
	if (core >= ANTLINUX_MAX_CORES || !test_bit(core, mint_cores)) {
		pr_err("start: core %lu is not in mint_cores=\n", core);
		return -EPERM;
	}
	/* One region, one image: its other cores are its own to start. */
	if (mint_started_core >= 0) {
		pr_err("start: the image was started before, on core %d\n", mint_started_core);
		return -EALREADY;
	}
	if (!mint_image.loaded) {
		pr_err("start: no image is loaded\n");
		return -ENOENT;
	}
	if (!tsc_khz || !mint_lapic_khz()) {
		pr_err("start: %s is not known, which the image has to be told\n",
		       tsc_khz ? "lapic_khz" : "tsc_khz");
		return -ENODATA;
	}
	write_trampoline();
	if (!wake_core(core)) {
		pr_err("start: core %lu did not start: is there such a core?\n", core);
		return -EIO;
	}
	mint_started_core = core;
	pr_info("image started on core %lu\n", core);
	return 0;
}

/* The hook in reboot(), which has checked the caller's rights. */
int mint_reboot(unsigned int cmd, unsigned long core)
{
	int ret;

	if (cmd != MINT_REBOOT_START)
		return -EINVAL;
	mutex_lock(&mint_lock);
	ret = start_image(core);
	mutex_unlock(&mint_lock);
	return ret;
}
