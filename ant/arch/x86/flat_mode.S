/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 32-bit mode with flat segments, and the step into paging: what a core needs before its kernel's
 * own tables are there. In both images.
 */
#include "ant/arch/x86/selectors.h"

/* CR0: protection, 80387 type, native errors, write protection also for the kernel, and EM: there is
 * no FPU state in a process, so its instructions fault instead of leaking between processes. */
#define CR0_WITHOUT_PAGING 0x00010035
#define CR0_PAGING 0x80000000
#define MSR_EFER 0xc0000080

/* struct Paging (paging.h). */
#define PAGING_CR4 0
#define PAGING_EFER 4
#define PAGING_HAS_EFER 8

	.text
	.code32
	.globl load_boot_segments
	.type load_boot_segments, @function
load_boot_segments:
	movw	$BOOT_DATA_SELECTOR, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	movl	$CR0_WITHOUT_PAGING, %eax
	movl	%eax, %cr0
	ret
	.size load_boot_segments, . - load_boot_segments

/* void enable_paging(uint32_t top_table): the code goes on at the same address, as virtual addresses
 * of the region are physical ones. CR4 before CR3: with PAE, loading CR3 loads the four directories'
 * addresses too. */
	.globl enable_paging
	.type enable_paging, @function
enable_paging:
	movl	(paging + PAGING_CR4), %eax
	movl	%eax, %cr4
	cmpl	$0, (paging + PAGING_HAS_EFER)
	je	1f
	movl	(paging + PAGING_EFER), %eax
	xorl	%edx, %edx
	movl	$MSR_EFER, %ecx
	wrmsr
1:	movl	4(%esp), %eax
	movl	%eax, %cr3
	movl	$(CR0_WITHOUT_PAGING | CR0_PAGING), %eax
	movl	%eax, %cr0
	jmp	2f
2:	ret
	.size enable_paging, . - enable_paging

	.section .rodata
	.balign 8
boot_gdt:
	.quad	0
	/* Flat 4 GiB code and data, ring 0. The accessed bit is set beforehand: the processor would
	 * otherwise write it, and this is read-only data. */
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
	.globl boot_gdt_pointer
boot_gdt_pointer:
	.word	. - boot_gdt - 1
	.long	boot_gdt

	.section .note.GNU-stack, "", @progbits
