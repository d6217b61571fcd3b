/* SPDX-License-Identifier: GPL-2.0-only */
/* The way into the kernel and out of it: exception and interrupt stubs, context switch. */
#include "ant/arch/x86/selectors.h"

	.text

/*
 * The .cfi lines tell a debugger how to get from here to the frame that was interrupted (DWARF 5,
 * 6.4.1). They become no code, and lie in .debug_frame, which is not loaded.
 *
 * The canonical frame address (CFA) of a trap lies behind what the processor pushed in any case: eip, cs,
 * eflags. There the interrupted kernel's stack pointer was. When it came from user mode, the user's
 * stack pointer is stored there: an expression decides by cs, at CFA - 8 (6.4.2.4: the CFA is on its
 * stack).
 */
	.cfi_sections .debug_frame
	.macro cfi_trap_frame offset
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa %esp, \offset
	.cfi_offset %eip, -12
	.cfi_escape 0x16, 4, 14			/* val_expression: esp is, in 14 bytes of expression, */
	.cfi_escape 0x12, 0x08, 8, 0x1c, 0x06	/* dup, const1u 8, minus, deref: cs */
	.cfi_escape 0x33, 0x1a			/* lit3, and: its privilege level */
	.cfi_escape 0x28, 3, 0			/* bra: not 0, to the deref */
	.cfi_escape 0x2f, 1, 0			/* skip: to the end */
	.cfi_escape 0x06			/* deref */
	.endm

	/* ... and where PUSHA has put the registers. */
	.macro cfi_pusha
	.cfi_def_cfa_offset 52
	.cfi_offset %eax, -24
	.cfi_offset %ecx, -28
	.cfi_offset %edx, -32
	.cfi_offset %ebx, -36
	.cfi_offset %ebp, -44
	.cfi_offset %esi, -48
	.cfi_offset %edi, -52
	.endm

/*
 * One stub per vector. All leave the same frame (struct TrapFrame): exceptions without an error code
 * get a 0 in its place (SDM vol. 3, table 6-1).
 */
	.macro trap_stub number
	.balign 16
	.cfi_def_cfa_offset 12
	.if (\number == 8) || ((\number >= 10) && (\number <= 14)) || (\number == 17) || (\number == 21)
	.cfi_def_cfa_offset 16
	.else
	pushl	$0
	.cfi_def_cfa_offset 16
	.endif
	pushl	$\number
	.cfi_def_cfa_offset 20
	jmp	trap_common
	.endm

	.balign 16
	.globl trap_stubs
	.type trap_stubs, @function
trap_stubs:
	cfi_trap_frame 12
	.altmacro
	.set number, 0
	.rept 256
	trap_stub %number
	.set number, number + 1
	.endr
	.noaltmacro
	.cfi_endproc
	.size trap_stubs, . - trap_stubs

	.type trap_common, @function
trap_common:
	cfi_trap_frame 20
	pushal
	cfi_pusha
	/* Data segments may be the user's, or half changed when an NMI came: set them always. */
	movl	$KERNEL_DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	$CORE_DATA_SELECTOR, %eax
	movl	%eax, %gs
	/*
	 * No flag of the interrupted code's: the C++ ABI wants the direction flag clear, and alignment
	 * check (AC) would switch SMAP off. The reserved bit 1 is always 1.
	 */
	pushl	$2
	popfl
	pushl	%esp
	.cfi_adjust_cfa_offset 4
	call	trap_entry
	addl	$4, %esp
	.cfi_adjust_cfa_offset -4
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
	.cfi_def_cfa_offset 20
	.cfi_same_value %eax
	.cfi_same_value %ecx
	.cfi_same_value %edx
	.cfi_same_value %ebx
	.cfi_same_value %ebp
	.cfi_same_value %esi
	.cfi_same_value %edi
	addl	$8, %esp		/* vector, error code */
	.cfi_def_cfa_offset 12
	iret
	.cfi_endproc
	.size trap_common, . - trap_common

/* void switch_context(uint32_t* save, uint32_t load): the registers that the C++ ABI lets a called
 * function change are dead here, the others are kept (struct SwitchFrame). */
	.globl switch_context
	.type switch_context, @function
switch_context:
	.cfi_startproc
	movl	4(%esp), %eax
	movl	8(%esp), %edx
	pushl	%ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %ebp, 0
	pushl	%ebx
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %ebx, 0
	pushl	%esi
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %esi, 0
	pushl	%edi
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset %edi, 0
	movl	%esp, (%eax)
	movl	%edx, %esp
	popl	%edi
	.cfi_adjust_cfa_offset -4
	.cfi_restore %edi
	popl	%esi
	.cfi_adjust_cfa_offset -4
	.cfi_restore %esi
	popl	%ebx
	.cfi_adjust_cfa_offset -4
	.cfi_restore %ebx
	popl	%ebp
	.cfi_adjust_cfa_offset -4
	.cfi_restore %ebp
	ret
	.cfi_endproc
	.size switch_context, . - switch_context

	.globl process_start
	.type process_start, @function
process_start:
	cfi_trap_frame 52
	cfi_pusha
	call	process_first_run
	jmp	trap_return
	.cfi_endproc
	.size process_start, . - process_start

	.section .note.GNU-stack, "", @progbits
