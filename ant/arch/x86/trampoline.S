/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The start page: the first instructions of a p-kernel's core, copied below 1 MiB by the m-kernel.
 *
 * A start-up IPI sets CS to the page's number << 8 and IP to 0, in real mode (Intel SDM vol. 3, 9.4
 * "Multiple-Processor (MP) Initialization"). So this code is addressed by CS, whatever page it was
 * copied to, and leaves for the kernel as soon as it has 32-bit segments.
 */
#include "ant/arch/x86/selectors.h"

	.section .rodata
	.code16
	.balign 16
	.globl trampoline_begin
trampoline_begin:
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	/* Where the page lies, for the descriptor table's linear address. */
	xorl	%ebx, %ebx
	movw	%ax, %bx
	shll	$4, %ebx
	leal	(gdt - trampoline_begin)(%ebx), %eax
	movl	%eax, (gdt_pointer - trampoline_begin + 2)
	lgdtl	(gdt_pointer - trampoline_begin)
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	/* Loads CS with a flat 32-bit segment and goes to the kernel's own image. */
	ljmpl	$BOOT_CODE_SELECTOR, $trampoline_32

	.balign 8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	0
	.globl trampoline_end
trampoline_end:

	.text
	.code32
trampoline_32:
	movw	$BOOT_DATA_SELECTOR, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	/* Where the p-kernel's image begins, and what it needs; left there by core_start.cpp. */
	movl	core_start_stack, %esp
	movl	core_start_directory, %ebx
	jmp	*core_start_entry
	.section .note.GNU-stack, "", @progbits
