/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first instructions of AnT's m-kernel, and where the p-kernels' cores come in.
 *
 * The m-kernel's core arrives in 32-bit protected mode, flat segments, paging and interrupts off,
 * %esi = physical address of boot_params (Linux's 32-bit boot protocol). It may be any core. The
 * descriptor tables and the stack belong to whoever started us and are left at once.
 */
#include "boot_segments.h"

/* CR0: protection, 80387 type, native errors, write protection also for the kernel, and EM: there is
 * no FPU state in a process, so its instructions fault instead of leaking between processes. */
#define CR0_WITHOUT_PAGING 0x00010035
#define CR0_PAGING 0x80000000
/* CR4.PSE: 4 MiB pages. */
#define CR4_VALUE 0x00000010

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

/*
 * A p-kernel's core comes from the start page (trampoline.S), in the same state. The m-kernel left
 * its stack and the kernel's page directory in core_start_stack and core_start_directory.
 */
	.globl core_start_entry
	.type core_start_entry, @function
core_start_entry:
	cli
	cld
	lgdt	boot_gdt_pointer
	ljmp	$BOOT_CODE_SELECTOR, $1f
1:	movw	$BOOT_DATA_SELECTOR, %ax
	movw	%ax, %ss
	movl	core_start_stack, %esp
	call	load_boot_segments
	xorl	%ebp, %ebp
	pushl	core_start_directory
	call	enable_paging
	addl	$4, %esp
	call	pkernel_start
2:	hlt
	jmp	2b
	.size core_start_entry, . - core_start_entry

	.type load_boot_segments, @function
load_boot_segments:
	movw	$BOOT_DATA_SELECTOR, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	movl	$CR4_VALUE, %eax
	movl	%eax, %cr4
	movl	$CR0_WITHOUT_PAGING, %eax
	movl	%eax, %cr0
	ret
	.size load_boot_segments, . - load_boot_segments

/* void enable_paging(uint32_t page_directory): the code goes on at the same address, as virtual
 * addresses of the region are physical ones. */
	.globl enable_paging
	.type enable_paging, @function
enable_paging:
	movl	4(%esp), %eax
	movl	%eax, %cr3
	movl	$(CR0_WITHOUT_PAGING | CR0_PAGING), %eax
	movl	%eax, %cr0
	jmp	1f
1:	ret
	.size enable_paging, . - enable_paging

	.section .rodata
	.balign 8
boot_gdt:
	.quad	0
	/* Flat 4 GiB code and data, ring 0. The accessed bit is set beforehand: the processor would
	 * otherwise write it, and this is read-only data. */
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
boot_gdt_pointer:
	.word	. - boot_gdt - 1
	.long	boot_gdt

	.bss
	.balign 16
	.globl boot_stack
boot_stack:
	.space	BOOT_STACK_SIZE
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
