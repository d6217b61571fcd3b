/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Mint (the patched Linux) offers to start another OS beside itself: boot
 * parameters, files under /sys/kernel/mint/, the kexec image type and, inside
 * the kernel, one hook for a module. kexec-tools and lkm/ use these names.
 *
 * Boot parameters of the Mint kernel
 *   mint_mem=SIZE@START     memory reserved for the other OS (its region)
 *   mint_cores=1,2,3        local APIC ids that another OS may be started on
 *   mint_pci_hide=VVVV:DDDD[@BB:DD.F],...
 *                           PCI devices this kernel leaves alone
 *   mint_pci_only=...       the opposite: the only PCI devices it takes
 *   lapic_khz=N             the local APIC timer's input clock (before the
 *                           divider): no calibration
 *
 * /sys/kernel/mint/ (read only, one value a file)
 *   region         "0x40000000-0x5fffffff" (inclusive)
 *   cores          "1-3": the cores given away
 *   linux_core     "0": the local APIC id of this kernel's first core
 *   started        the cores an OS was started on, the same form, or empty
 *   loaded         1 when an image is loaded, else 0
 *   start_page     "0x9000": a page below 1 MiB the other OS may use to start its cores
 *   vector_base    "0xe0": the vector of an IPI from core n is vector_base + n
 *   tsc_khz        the time stamp counter's frequency; 0: not known
 *   lapic_khz      the local APIC timer's input clock; 0: not known
 */
#ifndef ANTLINUX_MINT_H
#define ANTLINUX_MINT_H

#include "abi.h"

/*
 * kexec_load(): the flag for an image of another OS. It has a slot of its own
 * beside the normal and the crash image, and is written straight into the
 * region: every segment must lie inside it (EADDRNOTAVAIL), no region is ENXIO,
 * a region too small for the segments ENOSPC. segment[0] is boot_params.
 */
#define MINT_KEXEC_FLAG 0x00000100u

/*
 * reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, MINT_REBOOT_START, apic id):
 * starts the loaded image on that core; this kernel goes on. ENOENT: no image is loaded;
 * ENODATA: a clock's frequency (tsc_khz, lapic_khz) is not known;
 * EBUSY: this kernel owns the core; EPERM: the core is not in mint_cores;
 * EALREADY: the image was started before, on this or another core (an INIT would
 * reset a core that the other OS started itself); EIO: the core did not start.
 */
#define MINT_REBOOT_START 0x4d494e54u /* "MINT" */

/*
 * How the core enters the image: 32-bit protected mode, flat segments, paging
 * and interrupts off, %esi = physical address of boot_params (Linux's 32-bit
 * boot protocol, Documentation/arch/x86/boot.rst), %ebp = %edi = %ebx = 0.
 */

#ifdef __KERNEL__
/*
 * The hook for the cooperation driver: called with interrupts off on each IPI
 * of another OS, with the number of the core that sent it. NULL takes the
 * handler back and waits until no call of it is running. EBUSY: taken.
 */
int mint_set_ipi_handler(void (*handler)(unsigned int core));

/* Sends the interrupt `vector` to the core with that APIC id (physical, fixed). */
int mint_send_ipi(unsigned int core, unsigned int vector);

/* The region given by mint_mem=; -ENXIO when there is none. */
int mint_region(u64 *base, u64 *size);
#endif

#endif /* ANTLINUX_MINT_H */
