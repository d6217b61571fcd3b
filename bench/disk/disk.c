// SPDX-License-Identifier: GPL-2.0-only
/*
 * antdisk: disks in memory that take as long as the paper's 7200 rpm disk. What
 * is on them lies in pages (store.c); how long a request takes is the
 * mechanical model's to say (model.c); a timer ends it then. All of it
 * goes by the guest's clock, so that on a machine whose clock counts instructions
 * disks repeat to the digit, too.
 *
 *   insmod antdisk.ko disks=3 size=2048 write_cache=1
 *
 * makes /dev/antdisk1 to 3. /sys/block/antdiskN/mechanics/ tells what each one
 * did, one number a file (docs/disk-model.md says what they mean), and its
 * drop_cache empties the disk's cache.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "model.h"
#include "store.h"

#define ANT_MAX_DISKS 8u
#define ANT_DISK_REQUESTS 16 /* that can be made when there is no memory left */

static uint disks = 1;
module_param(disks, uint, 0444);
MODULE_PARM_DESC(disks, "number of disks, 1 to 8");

static uint size = 2048;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "MiB of each disk: the outermost part of 500 GB");

static bool write_cache = true;
module_param(write_cache, bool, 0444);
MODULE_PARM_DESC(write_cache, "a write is done when the disk's cache has it");

/*
 * An exact run executes one instruction in a nanosecond of the guest's clock. Three times faster a
 * processor, as the paper's, finds the disk three times slower: counted in instructions.
 */
static uint slow = 10;
module_param(slow, uint, 0444);
MODULE_PARM_DESC(slow, "tenths: nanoseconds of the clock in one of the disk's (10)");

struct ant_disk {
	struct gendisk *disk;
	struct disk_store store;
	spinlock_t lock; /* guards what follows; taken by the timer, too */
	struct disk_model model;
	struct list_head requests; /* in the order of their ends */
	struct hrtimer timer;	   /* the first one's end */
};

struct ant_disk_request {
	struct list_head list;
	struct bio *bio;
	u64 done; /* nanoseconds of the disk */
};

static struct ant_disk *ant_disks;
static mempool_t *ant_requests;
static int ant_major;

/* Data moves at once; only its end is awaited. Memory takes the place of DMA. */
static int ant_disk_transfer(struct ant_disk *disk, struct bio *bio)
{
	u64 at = (u64)ant_bio_sector(bio) * DISK_SECTOR_BYTES;
	ant_bio_position position;
	struct bio_vec part;

	ant_bio_for_each_segment(part, bio, position) {
		void *memory = page_address(part.bv_page) + part.bv_offset;
		int error = 0;

		if (bio_data_dir(bio) == WRITE)
			error = disk_store_write(&disk->store, at, memory, part.bv_len);
		else
			disk_store_read(&disk->store, at, memory, part.bv_len);
		if (error)
			return error;
		at += part.bv_len;
	}
	return 0;
}

static u64 ant_disk_done(struct ant_disk *disk, u64 now, const struct bio *bio)
{
	u32 sectors = ant_bio_bytes(bio) / DISK_SECTOR_BYTES;
	enum disk_operation operation = DISK_READ;
	u64 done = now;

	if (bio_data_dir(bio) == WRITE)
		operation = ant_bio_forces(bio) ? DISK_WRITE_THROUGH : DISK_WRITE;
	if (ant_bio_flushes(bio))
		done = disk_request(&disk->model, now, DISK_FLUSH, 0, 0);
	if (sectors)
		done = disk_request(&disk->model, now, operation, ant_bio_sector(bio),
				    sectors);
	return done;
}

static u64 ant_disk_now(void)
{
	return div_u64(ktime_to_ns(ktime_get()) * 10, slow);
}

/* The end of that nanosecond of the disk on the monotonic clock. */
static ktime_t ant_disk_time(u64 nanoseconds)
{
	return ns_to_ktime(div_u64((nanoseconds + 1) * slow, 10));
}

void ant_disk_submit(struct bio *bio)
{
	struct ant_disk *disk = bio->bi_bdev->bd_disk->private_data;
	u64 now = ant_disk_now(); /* before the copying, which no disk does */
	struct ant_disk_request *request;
	unsigned long flags;
	int error = ant_disk_transfer(disk, bio);

	if (error) {
		ant_bio_end(bio, error);
		return;
	}
	request = mempool_alloc(ant_requests, GFP_NOIO);
	request->bio = bio;
	spin_lock_irqsave(&disk->lock, flags);
	request->done = ant_disk_done(disk, now, bio);
	if (list_empty(&disk->requests))
		hrtimer_start(&disk->timer, ant_disk_time(request->done), HRTIMER_MODE_ABS);
	list_add_tail(&request->list, &disk->requests);
	spin_unlock_irqrestore(&disk->lock, flags);
}

/* Ends the requests whose time has come. */
static enum hrtimer_restart ant_disk_timer(struct hrtimer *timer)
{
	struct ant_disk *disk = container_of(timer, struct ant_disk, timer);
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	u64 now = ant_disk_now();
	struct ant_disk_request *request, *next;
	unsigned long flags;
	LIST_HEAD(ended);

	spin_lock_irqsave(&disk->lock, flags);
	list_for_each_entry_safe(request, next, &disk->requests, list) {
		if (request->done > now) {
			hrtimer_set_expires(timer, ant_disk_time(request->done));
			restart = HRTIMER_RESTART;
			break;
		}
		list_move_tail(&request->list, &ended);
	}
	spin_unlock_irqrestore(&disk->lock, flags);

	list_for_each_entry_safe(request, next, &ended, list) {
		ant_bio_end(request->bio, 0);
		mempool_free(request, ant_requests);
	}
	return restart;
}

static const struct block_device_operations ant_disk_operations = {
	.owner = THIS_MODULE,
	ANT_DISK_TAKES_BIOS
};

#define ANT_DISK_VALUE(name)                                                    \
	static ssize_t name##_show(struct device *device,                       \
				   struct device_attribute *attribute, char *to) \
	{                                                                       \
		struct ant_disk *disk = dev_to_disk(device)->private_data;      \
		unsigned long flags;                                            \
		u64 value;                                                      \
										\
		spin_lock_irqsave(&disk->lock, flags);                          \
		value = disk->model.statistics.name;                            \
		spin_unlock_irqrestore(&disk->lock, flags);                     \
		return sprintf(to, "%llu\n", (unsigned long long)value);        \
	}                                                                       \
	static struct device_attribute name##_attribute = __ATTR_RO(name)

ANT_DISK_VALUE(reads);
ANT_DISK_VALUE(writes);
ANT_DISK_VALUE(flushes);
ANT_DISK_VALUE(hits);
ANT_DISK_VALUE(streamed);
ANT_DISK_VALUE(seeks);
ANT_DISK_VALUE(seek_ns);
ANT_DISK_VALUE(rotation_ns);
ANT_DISK_VALUE(busy_ns);
ANT_DISK_VALUE(destaged);

/* Any write to it empties the disk's cache. */
static ssize_t drop_cache_store(struct device *device, struct device_attribute *attribute,
				const char *from, size_t bytes)
{
	struct ant_disk *disk = dev_to_disk(device)->private_data;
	unsigned long flags;

	spin_lock_irqsave(&disk->lock, flags);
	disk_drop_cache(&disk->model, ant_disk_now());
	spin_unlock_irqrestore(&disk->lock, flags);
	return bytes;
}

static struct device_attribute drop_cache_attribute =
	__ATTR(drop_cache, 0200, NULL, drop_cache_store);

static struct attribute *ant_disk_attributes[] = {
	&reads_attribute.attr,
	&writes_attribute.attr,
	&flushes_attribute.attr,
	&hits_attribute.attr,
	&streamed_attribute.attr,
	&seeks_attribute.attr,
	&seek_ns_attribute.attr,
	&rotation_ns_attribute.attr,
	&busy_ns_attribute.attr,
	&destaged_attribute.attr,
	&drop_cache_attribute.attr,
	NULL,
};

static const struct attribute_group ant_disk_group = {
	.name = "mechanics",
	.attrs = ant_disk_attributes,
};

static void ant_disk_exit(struct ant_disk *disk)
{
	if (disk->disk) {
		sysfs_remove_group(&disk_to_dev(disk->disk)->kobj, &ant_disk_group);
		del_gendisk(disk->disk);
		hrtimer_cancel(&disk->timer);
		ant_disk_put(disk->disk);
	}
	disk_store_free(&disk->store);
}

static int ant_disk_init(struct ant_disk *disk, unsigned int number)
{
	struct gendisk *gendisk;
	int error;

	spin_lock_init(&disk->lock);
	INIT_LIST_HEAD(&disk->requests);
	hrtimer_init(&disk->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	disk->timer.function = ant_disk_timer;
	disk_init(&disk->model, &disk_7200rpm, write_cache);
	error = disk_store_init(&disk->store, (u64)size << 20);
	if (error)
		return error;

	gendisk = ant_disk_alloc(2048, write_cache);
	if (!gendisk)
		return -ENOMEM;
	gendisk->major = ant_major;
	gendisk->first_minor = number;
	gendisk->fops = &ant_disk_operations;
	gendisk->private_data = disk;
	sprintf(gendisk->disk_name, "antdisk%u", number + 1);
	set_capacity(gendisk, (sector_t)size << 11);
	error = ant_disk_add(gendisk);
	if (error) {
		ant_disk_put(gendisk);
		return error;
	}
	disk->disk = gendisk;
	return sysfs_create_group(&disk_to_dev(gendisk)->kobj, &ant_disk_group);
}

static void ant_disks_exit(unsigned int count)
{
	while (count-- > 0)
		ant_disk_exit(&ant_disks[count]);
	kfree(ant_disks);
}

static int __init ant_disks_init(void)
{
	unsigned int i;

	ant_disks = kcalloc(disks, sizeof(*ant_disks), GFP_KERNEL);
	if (!ant_disks)
		return -ENOMEM;
	for (i = 0; i < disks; i++) {
		int error = ant_disk_init(&ant_disks[i], i);

		if (error) {
			ant_disks_exit(i + 1);
			return error;
		}
	}
	return 0;
}

static int __init ant_module_init(void)
{
	int error;

	if (!disks || disks > ANT_MAX_DISKS || !size || size > 65536 || !slow) {
		pr_err("disks= must be 1 to %u, size= 1 to 65536 MiB, slow= above 0\n",
		       ANT_MAX_DISKS);
		return -EINVAL;
	}
	ant_requests = mempool_create_kmalloc_pool(ANT_DISK_REQUESTS,
						   sizeof(struct ant_disk_request));
	if (!ant_requests)
		return -ENOMEM;
	ant_major = register_blkdev(0, KBUILD_MODNAME);
	error = ant_major < 0 ? ant_major : ant_disks_init();
	if (!error) {
		pr_info("%u disk(s) of %u MiB, write cache %s\n", disks, size,
			write_cache ? "on" : "off");
		return 0;
	}
	if (ant_major > 0)
		unregister_blkdev(ant_major, KBUILD_MODNAME);
	mempool_destroy(ant_requests);
	return error;
}

static void __exit ant_module_exit(void)
{
	ant_disks_exit(disks);
	unregister_blkdev(ant_major, KBUILD_MODNAME);
	mempool_destroy(ant_requests);
}

module_init(ant_module_init);
module_exit(ant_module_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Disks in memory that take as long as a 7200 rpm disk");
