/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: the first instructions of a core that another OS is started on. Copied
 * to MINT_TRAMPOLINE_PAGE, it takes the core from real mode to what Linux's
 * 32-bit boot protocol wants: protected mode, flat segments, paging and
 * interrupts off, %esi = boot_params (Documentation/x86/boot.rst).
 */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "mint_trampoline.h"

/* The boot protocol's selectors: __BOOT_CS and __BOOT_DS. */
#define CODE_SELECTOR 0x10
#define DATA_SELECTOR 0x18

/* The physical address of a label in the copy. */
#define COPY(label) (MINT_TRAMPOLINE_PAGE + (label) - mint_trampoline_start)

	.section .rodata, "a"
	.balign 16
	.globl mint_trampoline_start, mint_trampoline_end

	.code16
mint_trampoline_start:
	cli
	cld
	xorw	%ax, %ax		/* %cs is the page's segment; data are */
	movw	%ax, %ds		/* addressed from 0 */
	lgdtl	COPY(gdt_pointer)

	/*
	 * The firmware may have left long mode prepared; INIT does not undo it.
	 * A 32-bit OS that turned paging on would find itself in it.
	 */
	movl	$MSR_EFER, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr

	/* INIT leaves the caches off: on again, and protection enabled. */
	movl	%cr0, %eax
	andl	$~(X86_CR0_CD | X86_CR0_NW), %eax
	orl	$X86_CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	$CODE_SELECTOR, $COPY(protected_mode)

	.code32
protected_mode:
	movw	$DATA_SELECTOR, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
	movl	COPY(entry), %eax
	movl	COPY(boot_params), %esi
	xorl	%ebx, %ebx
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	movl	$MINT_ALIVE, COPY(alive)
	jmp	*%eax

	.balign 8
gdt:
	.quad	0
	.quad	0
	.quad	0x00cf9a000000ffff	/* code: base 0, limit 4 GiB, 32-bit */
	.quad	0x00cf92000000ffff	/* data: the same */
gdt_end:
gdt_pointer:
	.word	gdt_end - gdt - 1
	.long	COPY(gdt)

	/* .org cannot go back: the assembler refuses code that grew too long. */
	.org	mint_trampoline_start + MINT_TRAMPOLINE_ENTRY
entry:
	.long	0
	.org	mint_trampoline_start + MINT_TRAMPOLINE_BOOT_PARAMS
boot_params:
	.long	0
	.org	mint_trampoline_start + MINT_TRAMPOLINE_ALIVE
alive:
	.long	0
	.org	mint_trampoline_start + MINT_TRAMPOLINE_SIZE
mint_trampoline_end:
