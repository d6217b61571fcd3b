/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: the entry points of its vectors. asm/idtentry.h includes this; it
 * declares functions in C and makes the entry code in assembly.
 */
#ifdef CONFIG_MINT
DECLARE_IDTENTRY_SYSVEC(0xe0, sysvec_mint0);
DECLARE_IDTENTRY_SYSVEC(0xe1, sysvec_mint1);
DECLARE_IDTENTRY_SYSVEC(0xe2, sysvec_mint2);
DECLARE_IDTENTRY_SYSVEC(0xe3, sysvec_mint3);
DECLARE_IDTENTRY_SYSVEC(0xe4, sysvec_mint4);
DECLARE_IDTENTRY_SYSVEC(0xe5, sysvec_mint5);
DECLARE_IDTENTRY_SYSVEC(0xe6, sysvec_mint6);
DECLARE_IDTENTRY_SYSVEC(0xe7, sysvec_mint7);
#endif
