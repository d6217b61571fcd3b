// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/ant: mmap of AnT's memory, the offset being the physical address.
 *
 * Mapping costs nothing: pages come in on first touch, some neighbours with
 * them. They are ordinary pages to Linux (struct page, not raw page frames), so
 * that everything which looks up the pages behind a buffer works on them:
 * O_DIRECT, and 9p's transfers without copying.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "antlinux.h"

/* 16 KiB around a fault: an LCA with its payload, or a small buffer, at once. */
#define ANT_FAULT_PAGES 4ul

vm_fault_t ant_fault_at(struct vm_area_struct *vma, unsigned long address)
{
	unsigned long pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	unsigned long wanted = (address - vma->vm_start) >> PAGE_SHIFT;
	unsigned long first = wanted - wanted % ANT_FAULT_PAGES;
	unsigned long page;
	int error;

	for (page = first; page < min(first + ANT_FAULT_PAGES, pages); page++) {
		error = vm_insert_page(vma, vma->vm_start + page * PAGE_SIZE,
				       pfn_to_page(vma->vm_pgoff + page));
		/* EBUSY: it is there already. */
		if (page == wanted && error && error != -EBUSY)
			return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct ant_mapping_operations = {
	.fault = ant_fault,
};

int ant_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ant_client *client = file->private_data;
	unsigned long region = ant.region_base >> PAGE_SHIFT;
	unsigned long region_pages = ant.region_size >> PAGE_SHIFT;
	unsigned long pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	int error = 0;

	if (vma->vm_pgoff < region || pages > region_pages ||
	    vma->vm_pgoff - region > region_pages - pages)
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;

	/* When AnT is started anew, those who can write to its memory must go. */
	spin_lock_irq(&ant.lock);
	if (client->stale)
		error = -ESTALE;
	else if (!client->pid)
		client->pid = get_pid(task_tgid(current));
	spin_unlock_irq(&ant.lock);
	if (error)
		return error;

	/* A child has its own calls: it maps for itself. No AnT memory in dumps. */
	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &ant_mapping_operations;
	return 0;
}
