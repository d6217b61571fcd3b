/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mint: the entry points of its vectors. Whoever includes this defines what an
 * entry becomes: in C a declaration, in assembly the entry code. asm/idtentry.h
 * does both; where Linux does not have it, mint_compat.h and entry_64.S do.
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
