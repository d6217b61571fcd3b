/* SPDX-License-Identifier: GPL-2.0-only */
/* The way into the kernel and out of it: exception and interrupt stubs, context switch. */
#include "selectors.h"

	.text

/*
 * One stub per vector. All leave the same frame (struct TrapFrame): exceptions without an error code
 * get a 0 in its place (SDM vol. 3, table 6-1).
 */
	.macro trap_stub number
	.balign 16
	.if (\number == 8) || ((\number >= 10) && (\number <= 14)) || (\number == 17) || (\number == 21)
	.else
	pushl	$0
	.endif
	pushl	$\number
	jmp	trap_common
	.endm

	.balign 16
	.globl trap_stubs
	.type trap_stubs, @function
trap_stubs:
	.altmacro
	.set number, 0
	.rept 256
	trap_stub %number
	.set number, number + 1
	.endr
	.noaltmacro
	.size trap_stubs, . - trap_stubs

	.type trap_common, @function
trap_common:
	pushal
	/* Data segments may be the user's, or half changed when an NMI came: set them always. */
	movl	$KERNEL_DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	$CORE_DATA_SELECTOR, %eax
	movl	%eax, %gs
	cld				/* the C++ ABI's state of the direction flag */
	pushl	%esp
	call	trap_entry
	addl	$4, %esp
trap_return:
	testb	$3, 44(%esp)		/* TrapFrame.cs: back to user mode? */
	jz	1f
	/* Every process has the same flat segments; none keeps others over a system call. */
	movl	$USER_DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	xorl	%eax, %eax
	movl	%eax, %gs
1:	popal
	addl	$8, %esp		/* vector, error code */
	iret
	.size trap_common, . - trap_common

/* void switch_context(uint32_t* save, uint32_t load): the registers that the C++ ABI lets a called
 * function change are dead here, the others are kept (struct SwitchFrame). */
	.globl switch_context
	.type switch_context, @function
switch_context:
	movl	4(%esp), %eax
	movl	8(%esp), %edx
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%esp, (%eax)
	movl	%edx, %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret
	.size switch_context, . - switch_context

	.globl process_start
	.type process_start, @function
process_start:
	call	process_first_run
	jmp	trap_return
	.size process_start, . - process_start

	.section .note.GNU-stack, "", @progbits
