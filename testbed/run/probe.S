# SPDX-License-Identifier: GPL-2.0-only
#
# A firmware of 64 KiB that finds out whether an accelerator really runs what the testbed needs: a 32-bit kernel with
# paging (AnT) and a 64-bit one (Linux). Some hosts offer /dev/kvm and fail at exactly that. It goes the way of every
# x86 system, checks on the way that memory keeps what was written, and ends QEMU through isa-debug-exit:
# value 0x11 (QEMU's status 35) means usable; nothing else does.
#
# Intel SDM vol. 3: 9.9 mode switching, 4.3 32-bit paging, 4.5 4-level paging, 9.8.5 initialising IA-32e mode.

	.set USABLE, 0x11
	.set DAMAGED, 0x12
	.set DEBUG_EXIT, 0xf4
	.set ROUNDS, 3000000		# long enough for a timer tick of the host to fall in
	.set PATTERN, 0x12345678
	.set PRESENT_WRITABLE, 0x3
	.set LARGE_PAGE, 0x83		# present, writable, large

	# Physical memory it uses.
	.set PML4, 0x1000
	.set PDPT, 0x2000
	.set DIRECTORY64, 0x3000
	.set DIRECTORY32, 0x4000
	.set MARK, 0x5000
	.set COUNTER, 0x6000
	.set STACK, 0x9000

	.code16
real_mode:
	cli
	data32 lgdt %cs:(gdt_pointer - real_mode)
	mov	%cr0, %eax
	or	$1, %al			# PE
	mov	%eax, %cr0
	ljmpl	$0x08, $protected_mode

	.code32
protected_mode:
	mov	$0x10, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	$STACK, %esp
	mov	$PML4, %edi		# clear the four tables
	xor	%eax, %eax
	mov	$0x1000, %ecx
	rep stosl

	# 32-bit paging, as in AnT; with 4 MiB pages it needs no third level.
	movl	$LARGE_PAGE, DIRECTORY32
	mov	%cr4, %eax
	or	$0x10, %eax		# PSE
	mov	%eax, %cr4
	mov	$DIRECTORY32, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$0x80000000, %eax	# PG
	mov	%eax, %cr0
	jmp	1f
1:	movl	$PATTERN, MARK
	movl	$0, COUNTER
	mov	$ROUNDS, %ecx
2:	addl	$1, COUNTER
	loop	2b

	# As Linux runs: paging off, then 4-level paging and long mode.
	mov	%cr0, %eax
	and	$0x7fffffff, %eax
	mov	%eax, %cr0
	movl	$PDPT + PRESENT_WRITABLE, PML4
	movl	$DIRECTORY64 + PRESENT_WRITABLE, PDPT
	movl	$LARGE_PAGE, DIRECTORY64
	mov	%cr4, %eax
	or	$0x20, %eax		# PAE
	mov	%eax, %cr4
	mov	$PML4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx	# IA32_EFER
	rdmsr
	or	$0x100, %eax		# LME
	wrmsr
	mov	%cr0, %eax
	or	$0x80000000, %eax
	mov	%eax, %cr0
	ljmp	$0x18, $long_mode

	.code64
long_mode:
	mov	$ROUNDS, %ecx
3:	addq	$1, COUNTER
	loop	3b
	mov	$1000, %ebp		# CPUID leaves the guest each time; %cr3 empties the TLB
4:	mov	%cr3, %rax
	mov	%rax, %cr3
	xor	%eax, %eax
	cpuid
	dec	%ebp
	jnz	4b

	mov	$DAMAGED, %al
	cmpl	$PATTERN, MARK
	jne	5f
	cmpl	$2 * ROUNDS, COUNTER
	jne	5f
	mov	$USABLE, %al
5:	out	%al, $DEBUG_EXIT
6:	hlt
	jmp	6b

	.balign	8
gdt:	.quad	0			# accessed bits set: the table lies in ROM
	.quad	0x00cf9b000000ffff	# 0x08 code, 32 bits
	.quad	0x00cf93000000ffff	# 0x10 data
	.quad	0x00af9b000000ffff	# 0x18 code, 64 bits
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt

	.org	0xfff0			# where a core starts after reset
	.code16
	jmp	real_mode
	.org	0x10000
