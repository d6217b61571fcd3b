/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: layout of the trampoline's page, for C and for assembly.
 */
#ifndef MINT_TRAMPOLINE_H
#define MINT_TRAMPOLINE_H

/*
 * A start-up IPI carries the number of a page below 1 MiB in one byte: the core
 * begins at its first byte in real mode (Intel SDM vol. 3, "MP Initialization
 * Protocol Algorithm"). Linux allocates nothing in its first 64 KiB.
 */
#define MINT_TRAMPOLINE_PAGE	0x8000

/* Behind the code, in bytes from the start of the page: 32 bits each. */
#define MINT_TRAMPOLINE_ENTRY		0xf0 /* to this core */
#define MINT_TRAMPOLINE_BOOT_PARAMS	0xf4 /* to this core */
#define MINT_TRAMPOLINE_ALIVE		0xf8 /* from it: MINT_ALIVE */
#define MINT_TRAMPOLINE_SIZE		0x100

#define MINT_ALIVE 0x4d494e54

#ifndef __ASSEMBLY__
/* The code as linked into this kernel, to be copied. */
extern const char mint_trampoline_start[], mint_trampoline_end[];
#endif

#endif /* MINT_TRAMPOLINE_H */
