/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first instructions of AnT's m-kernel. Its core, which may be any, arrives in 32-bit protected
 * mode with flat segments, paging and interrupts off, and the physical address of boot_params in
 * %esi (Linux's 32-bit boot protocol). The descriptor tables and the stack belong to the program
 * that started us: the kernel takes its own at once.
 */
#include "ant/arch/x86/selectors.h"

	.section .text.boot, "ax"
	.code32
	.globl boot_entry
	.type boot_entry, @function
boot_entry:
	cli
	cld
	/* The decompressor does not clear .bss; nothing in it may be used before. */
	movl	$__bss_start, %edi
	movl	$_end, %ecx
	subl	%edi, %ecx
	shrl	$2, %ecx
	xorl	%eax, %eax
	rep stosl
	movl	$_shared, %edi
	movl	$_shared_end, %ecx
	subl	%edi, %ecx
	shrl	$2, %ecx
	rep stosl

	lgdt	boot_gdt_pointer
	ljmp	$BOOT_CODE_SELECTOR, $1f
1:	movw	$BOOT_DATA_SELECTOR, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movl	$boot_stack_top, %esp
	call	load_boot_segments
	xorl	%ebp, %ebp		/* ends every backtrace */
	pushl	%esi
	call	mkernel_start
2:	hlt
	jmp	2b
	.size boot_entry, . - boot_entry

	.bss
	/* Not mapped, see kernel_protection.cpp. */
	.balign 4096
	.globl boot_stack_guard
boot_stack_guard:
	.space	4096
	.space	BOOT_STACK_SIZE
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
