/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wren's first instructions, and its interrupts. The core arrives as the contract says (mint.h): 32-bit
 * protected mode, flat segments, paging and interrupts off, %esi = boot_params. Whoever started us
 * owns the descriptor tables and the stack that are in use, so ours come first.
 */
#define CODE_SELECTOR 0x08
#define DATA_SELECTOR 0x10
#define LOCAL_APIC_END_OF_INTERRUPT 0xfee000b0

	.section .text.start, "ax"
	.code32
	.globl start
start:
	cld
	/* Nobody has cleared .bss. */
	movl	$__bss_start, %edi
	movl	$_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep stosb

	lgdt	gdt_pointer
	ljmp	$CODE_SELECTOR, $1f
1:	movl	$DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$stack_top, %esp
	pushl	%esi
	call	wren_main
	/* It does not return. */

	.text
	/* Linux's doorbell: that it rang is all it says, and `hlt` has ended by it. */
	.globl on_doorbell
on_doorbell:
	movl	$0, LOCAL_APIC_END_OF_INTERRUPT
	iret

	/* A fault of our own: there is nobody to go on for us. */
	.globl on_fault
on_fault:
	call	wren_fault

	.section .rodata
	.balign 8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* code: base 0, limit 4 GiB, 32-bit */
	.quad	0x00cf93000000ffff	/* data: the same */
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt

	.bss
	.balign 16
	.space	16384
stack_top:
	.section .note.GNU-stack, "", @progbits
