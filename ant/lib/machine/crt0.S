/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * First instructions of every AnT program (see "Start of a process" in
 * ant/abi/syscall.h): %esp points to argc, behind it lies argv.
 *
 * The System V i386 ABI wants %esp + 4 to be a multiple of 16 on entry of a C
 * function, %ebp = 0 ends a debugger's backtrace.
 */
	.section .text.start, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	xorl	%ebp, %ebp
	movl	(%esp), %eax		/* argc */
	leal	4(%esp), %ecx		/* argv */
	andl	$-16, %esp
	subl	$8, %esp		/* two arguments of 4 bytes fill the 16 */
	pushl	%ecx
	pushl	%eax
	call	ant_program_start	/* does not return */
	ud2
	.size _start, . - _start

	.section .note.GNU-stack, "", @progbits
