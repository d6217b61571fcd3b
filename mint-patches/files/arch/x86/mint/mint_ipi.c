// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: inter-processor interrupts between this kernel and the other OS.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/bug.h>
#include <linux/kernel.h>

#include <asm/apic.h>
#include <asm/mint_vectors.h>

#include "mint.h"
#include "mint_compat.h"

typedef void (*mint_ipi_handler)(unsigned int core);

static mint_ipi_handler handler;

/* Interrupts are off. An IPI nobody waits for is dropped. */
static void mint_ipi(unsigned int core)
{
	mint_ipi_handler call = READ_ONCE(handler);

	apic_eoi();
	if (call)
		call(core);
}

MINT_DEFINE_VECTOR(0)
{
	mint_ipi(0);
}

MINT_DEFINE_VECTOR(1)
{
	mint_ipi(1);
}

MINT_DEFINE_VECTOR(2)
{
	mint_ipi(2);
}

MINT_DEFINE_VECTOR(3)
{
	mint_ipi(3);
}

MINT_DEFINE_VECTOR(4)
{
	mint_ipi(4);
}

MINT_DEFINE_VECTOR(5)
{
	mint_ipi(5);
}

MINT_DEFINE_VECTOR(6)
{
	mint_ipi(6);
}

MINT_DEFINE_VECTOR(7)
{
	mint_ipi(7);
}

void __init mint_install_vectors(void)
{
	BUILD_BUG_ON(MINT_NR_VECTORS != ANTLINUX_MAX_CORES);
	MINT_INSTALL_VECTOR(0);
	MINT_INSTALL_VECTOR(1);
	MINT_INSTALL_VECTOR(2);
	MINT_INSTALL_VECTOR(3);
	MINT_INSTALL_VECTOR(4);
	MINT_INSTALL_VECTOR(5);
	MINT_INSTALL_VECTOR(6);
	MINT_INSTALL_VECTOR(7);
}

int mint_set_ipi_handler(mint_ipi_handler new_handler)
{
	if (!new_handler) {
		WRITE_ONCE(handler, NULL);
		mint_wait_for_handlers();
		return 0;
	}
	return cmpxchg(&handler, NULL, new_handler) ? -EBUSY : 0;
}
EXPORT_SYMBOL_GPL(mint_set_ipi_handler);

int mint_send_ipi(unsigned int core, unsigned int vector)
{
	unsigned long flags;

	if (core >= ANTLINUX_MAX_CORES || !test_bit(core, mint_cores))
		return -EPERM;
	/* Below 16 the local APIC refuses to send (SDM vol. 3, "Valid Interrupt Vectors"). */
	if (vector < 16 || vector > 255)
		return -EINVAL;
	/*
	 * What the IPI tells of is to be seen before it. In x2APIC mode the command
	 * register is an MSR, whose write waits for no store: the manual wants
	 * MFENCE, LFENCE before it (SDM vol. 3, 11.12.3).
	 */
	mb(); /* MFENCE */
	rmb(); /* LFENCE */
	/* The command register has two halves: nobody may come between. */
	local_irq_save(flags);
	apic_wait_icr_idle();
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | vector, core);
	local_irq_restore(flags);
	return 0;
}
EXPORT_SYMBOL_GPL(mint_send_ipi);
