/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a core enters the p-kernel's image. It comes from the start page by way of the m-kernel's
 * trampoline (arch/x86/trampoline.S): 32-bit protected mode, paging and interrupts off, %esp its
 * stack, %ebx the kernel's page directory.
 */
#include "ant/arch/x86/selectors.h"

	.text
	.globl pkernel_entry
	.type pkernel_entry, @function
pkernel_entry:
	lgdt	boot_gdt_pointer
	ljmp	$BOOT_CODE_SELECTOR, $1f
1:	call	load_boot_segments
	xorl	%ebp, %ebp		/* ends every backtrace */
	pushl	%ebx
	call	enable_paging
	addl	$4, %esp
	call	pkernel_start
2:	hlt
	jmp	2b
	.size pkernel_entry, . - pkernel_entry

	.section .note.GNU-stack, "", @progbits
