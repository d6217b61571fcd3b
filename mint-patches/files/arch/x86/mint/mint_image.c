// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mint: kexec's third kind of image, beside the normal and the crash image. It
 * is written straight into the other OS's region and waits there for its start.
 *
 * Needs nothing else of a kimage: no control page, since this kernel does not
 * end; no list of pages to copy, since they are where they belong.
 */
#define pr_fmt(fmt) "mint: " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <asm/io.h>

#include "mint.h"
#include "mint_compat.h"

/* Held while the image is loaded, dropped or started. */
DEFINE_MUTEX(mint_lock);

struct mint_image mint_image;

/* One segment, without regard to the others. */
static int mint_check_segment(unsigned long n, const struct kexec_segment *segment)
{
	const struct resource *region = &mint_region_resource;
	unsigned long start = segment->mem;
	unsigned long last = start + segment->memsz - 1;

	if (!segment->memsz || last < start || segment->bufsz > segment->memsz) {
		pr_err("load: segment %lu: %zu bytes in %zu bytes at %#lx make no sense\n",
		       n, segment->bufsz, segment->memsz, start);
		return -EINVAL;
	}
	if (!IS_ALIGNED(start, PAGE_SIZE) || !IS_ALIGNED(last + 1, PAGE_SIZE)) {
		pr_err("load: segment %lu, %#lx-%#lx, is not whole pages\n", n, start, last);
		return -EADDRNOTAVAIL;
	}
	if (start < region->start || start > region->end) {
		pr_err("load: segment %lu, %#lx-%#lx, lies outside the region %pR\n",
		       n, start, last, region);
		return -EADDRNOTAVAIL;
	}
	if (last > region->end) {
		pr_err("load: the region %pR is too small: segment %lu ends at %#lx\n",
		       region, n, last);
		return -ENOSPC;
	}
	return 0;
}

static int mint_check_segments(unsigned long entry, unsigned long nr_segments,
			       const struct kexec_segment *segments)
{
	const struct kexec_segment *a, *b;
	bool entry_found = false;
	unsigned long i, j;
	int ret;

	for (i = 0; i < nr_segments; i++) {
		a = &segments[i];
		ret = mint_check_segment(i, a);
		if (ret)
			return ret;
		for (j = 0; j < i; j++) {
			b = &segments[j];
			if (a->mem < b->mem + b->memsz && b->mem < a->mem + a->memsz) {
				pr_err("load: segments %lu and %lu overlap\n", j, i);
				return -EINVAL;
			}
		}
		if (entry >= a->mem && entry < a->mem + a->memsz)
			entry_found = true;
	}
	if (!entry_found) {
		pr_err("load: the entry %#lx lies in no segment\n", entry);
		return -EADDRNOTAVAIL;
	}
	return 0;
}

/* A page at a time: an image is large, and others want to run too. */
static int mint_copy_segment(const struct kexec_segment *segment)
{
	char *to = phys_to_virt(segment->mem);
	size_t done, now;

	for (done = 0; done < segment->bufsz; done += now) {
		now = min_t(size_t, segment->bufsz - done, PAGE_SIZE);
		if (copy_from_user(to + done, segment->buf + done, now))
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	for (; done < segment->memsz; done += now) {
		now = min_t(size_t, segment->memsz - done, PAGE_SIZE);
		memset(to + done, 0, now);
		cond_resched();
	}
	return 0;
}

static int mint_load(unsigned long entry, unsigned long nr_segments,
		     const struct kexec_segment *segments)
{
	unsigned long i;
	int ret;

	if (mint_started_core >= 0) {
		pr_err("load: refused, the image in the region runs on core %d\n",
		       mint_started_core);
		return -EBUSY;
	}
	if (nr_segments == 0) {
		if (mint_image.loaded)
			pr_info("image dropped\n");
		mint_image.loaded = false;
		return 0;
	}
	if (!mint_have_region()) {
		pr_err("load: no memory was reserved, boot with mint_mem=SIZE@START\n");
		return -ENXIO;
	}
	ret = mint_check_segments(entry, nr_segments, segments);
	if (ret)
		return ret;

	/* From here on the old image is overwritten. */
	mint_image.loaded = false;
	for (i = 0; i < nr_segments; i++) {
		ret = mint_copy_segment(&segments[i]);
		if (ret) {
			pr_err("load: segment %lu could not be read (%d), no image is loaded\n",
			       i, ret);
			return ret;
		}
	}
	mint_image.entry = entry;
	mint_image.boot_params = segments[0].mem;
	mint_image.loaded = true;
	pr_info("image loaded, %lu segments, entry %#lx\n", nr_segments, entry);
	return 0;
}

/*
 * The hook in kexec_load(), which has checked the caller's rights and holds
 * kexec's own lock.
 */
int mint_kexec_load(unsigned long entry, unsigned long nr_segments,
		    const struct kexec_segment *given, unsigned long flags)
{
	const struct kexec_segment *segments;
	int ret;

	if ((flags & ~KEXEC_ARCH_MASK) != MINT_KEXEC_FLAG) {
		pr_err("load: flags %#lx: Mint's goes with no other\n", flags);
		return -EINVAL;
	}
	segments = mint_get_segments(given, nr_segments);
	if (IS_ERR(segments))
		return PTR_ERR(segments);
	mutex_lock(&mint_lock);
	ret = mint_load(entry, nr_segments, segments);
	mutex_unlock(&mint_lock);
	mint_put_segments(segments);
	return ret;
}
