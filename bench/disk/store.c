// SPDX-License-Identifier: GPL-2.0-only
/* The contents of a disk (see store.h). */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "store.h"

int disk_store_init(struct disk_store *store, u64 bytes)
{
	unsigned long pages = bytes >> PAGE_SHIFT;

	store->page = vzalloc(pages * sizeof(*store->page));
	if (!store->page)
		return -ENOMEM;
	store->pages = pages;
	return 0;
}

void disk_store_free(struct disk_store *store)
{
	unsigned long i;

	for (i = 0; i < store->pages; i++)
		if (store->page[i])
			__free_page(store->page[i]);
	vfree(store->page);
}

/* In words: in exact mode an instruction that copies bytes takes as long for each. */
static void disk_copy(void *to, const void *from, unsigned int bytes)
{
	if (bytes == PAGE_SIZE)
		copy_page(to, (void *)from);
	else
		memcpy(to, from, bytes);
}

int disk_store_write(struct disk_store *store, u64 at, const void *from, unsigned int bytes)
{
	while (bytes) {
		struct page **page = &store->page[at >> PAGE_SHIFT];
		unsigned int offset = at & ~PAGE_MASK;
		unsigned int part = min_t(unsigned int, bytes, PAGE_SIZE - offset);

		if (!*page) {
			struct page *fresh = alloc_page(GFP_NOIO | __GFP_ZERO);

			if (!fresh)
				return -ENOMEM;
			/* Somebody else may have been quicker while we slept. */
			if (cmpxchg(page, NULL, fresh))
				__free_page(fresh);
		}
		disk_copy(page_address(*page) + offset, from, part);
		at += part;
		from += part;
		bytes -= part;
	}
	return 0;
}

void disk_store_read(const struct disk_store *store, u64 at, void *to, unsigned int bytes)
{
	while (bytes) {
		struct page *page = store->page[at >> PAGE_SHIFT];
		unsigned int offset = at & ~PAGE_MASK;
		unsigned int part = min_t(unsigned int, bytes, PAGE_SIZE - offset);

		if (page)
			disk_copy(to, page_address(page) + offset, part);
		else
			memset(to, 0, part);
		at += part;
		to += part;
		bytes -= part;
	}
}
