/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may use which page of the ICA. The special OS writes this table, at a fixed offset in its
 * region (table.h). Linux's proxies read it: whatever a call points to must belong to the caller.
 *
 * The caller is whoever may use the page of the call's LCA. The OS keeps this true for as long as
 * Linux has a call: what the caller may use stays the caller's until the answer, even if the
 * caller or the lender of an area ends meanwhile. So a proxy needs no lock to read what is the
 * caller's. What it reads of others may change under its eyes, and never becomes the caller's.
 *
 * A page says which area it is part of, and an area says who may use it. So an area of any size
 * changes hands by one store: when it is lent, moved and given back.
 *
 * The OS does not read the table. A page without an entry is nobody's, and a pointer to it EFAULT.
 * An OS without processes to be kept apart puts all pages of its ICA into one area.
 */
#ifndef ANTLINUX_AREAS_H
#define ANTLINUX_AREAS_H

#include "table.h"

/* Area 0 is nobody's: a page that is in none says 0. */
#define ANTLINUX_AREAS 1024u

/* The largest ICA: 1 GiB. */
#define ANTLINUX_ICA_PAGES 0x40000u

struct antlinux_areas {
	antlinux_u32 user[ANTLINUX_AREAS]; /* by area: a process number, or 0: nobody */
	antlinux_u16 area[ANTLINUX_ICA_PAGES]; /* by page of the ICA, from ica_base on */
};

ANTLINUX_LAYOUT(antlinux_areas, area, ANTLINUX_PAGE_SIZE);
ANTLINUX_STATIC_ASSERT(ANTLINUX_AREAS_OFFSET % ANTLINUX_PAGE_SIZE == 0, "mapped by proxies");
ANTLINUX_STATIC_ASSERT(ANTLINUX_AREAS_OFFSET + sizeof(struct antlinux_areas) <=
			       ANTLINUX_LOAD_OFFSET,
		       "the table of areas ends before AnT's kernel");

#endif /* ANTLINUX_AREAS_H */
