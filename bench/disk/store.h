/* SPDX-License-Identifier: GPL-2.0-only */
/* What is on a disk: pages of memory, one for each 4 KiB that was ever written. */
#ifndef ANT_DISK_STORE_H
#define ANT_DISK_STORE_H

#include <linux/mm.h>
#include <linux/types.h>

struct disk_store {
	struct page **page; /* NULL: zeros */
	unsigned long pages;
};

int disk_store_init(struct disk_store *store, u64 bytes);
void disk_store_free(struct disk_store *store);

/* Sleeps for memory. `bytes` may cross pages; -ENOMEM. */
int disk_store_write(struct disk_store *store, u64 at, const void *from, unsigned int bytes);
void disk_store_read(const struct disk_store *store, u64 at, void *to, unsigned int bytes);

#endif /* ANT_DISK_STORE_H */
