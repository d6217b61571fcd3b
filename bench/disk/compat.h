/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block driver that takes bios, on Linux 3.0.8, 6.1 and 6.12: the only place
 * of the disk that asks for the kernel's version.
 */
#ifndef ANT_DISK_COMPAT_H
#define ANT_DISK_COMPAT_H

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/version.h>

/* disk.c: takes a bio, ends it later. */
void ant_disk_submit(struct bio *bio);

#if KERNEL_VERSION(3, 14, 0) > LINUX_VERSION_CODE
#include <linux/genhd.h>

#define ant_bio_position int

static inline sector_t ant_bio_sector(const struct bio *bio)
{
	return bio->bi_sector;
}

static inline unsigned int ant_bio_bytes(const struct bio *bio)
{
	return bio->bi_size;
}

#define ant_bio_for_each_segment(part, bio, i)                             \
	for ((i) = (bio)->bi_idx;                                          \
	     (i) < (bio)->bi_vcnt && ((part) = (bio)->bi_io_vec[i], true); \
	     (i)++)

static inline bool ant_bio_flushes(const struct bio *bio)
{
	return bio->bi_rw & REQ_FLUSH;
}

static inline bool ant_bio_forces(const struct bio *bio)
{
	return bio->bi_rw & REQ_FUA;
}

static inline void ant_bio_end(struct bio *bio, int error)
{
	bio_endio(bio, error);
}

static inline int ant_disk_make_request(struct request_queue *queue, struct bio *bio)
{
	ant_disk_submit(bio);
	return 0;
}

/* The longest request in sectors; whether the disk has a write cache. */
static inline struct gendisk *ant_disk_alloc(unsigned int max_sectors, bool write_cache)
{
	struct request_queue *queue = blk_alloc_queue(GFP_KERNEL);
	struct gendisk *disk = queue ? alloc_disk(1) : NULL;

	if (!disk) {
		if (queue)
			blk_cleanup_queue(queue);
		return NULL;
	}
	blk_queue_make_request(queue, ant_disk_make_request);
	blk_queue_max_hw_sectors(queue, max_sectors);
	blk_queue_flush(queue, write_cache ? REQ_FLUSH | REQ_FUA : 0);
	disk->queue = queue;
	return disk;
}

static inline int ant_disk_add(struct gendisk *disk)
{
	add_disk(disk);
	return 0;
}

static inline void ant_disk_put(struct gendisk *disk)
{
	blk_cleanup_queue(disk->queue);
	put_disk(disk);
}

#define ANT_DISK_TAKES_BIOS
#else
#define ant_bio_position struct bvec_iter

static inline sector_t ant_bio_sector(const struct bio *bio)
{
	return bio->bi_iter.bi_sector;
}

static inline unsigned int ant_bio_bytes(const struct bio *bio)
{
	return bio->bi_iter.bi_size;
}

#define ant_bio_for_each_segment(part, bio, i) bio_for_each_segment(part, bio, i)

static inline bool ant_bio_flushes(const struct bio *bio)
{
	return bio->bi_opf & REQ_PREFLUSH;
}

static inline bool ant_bio_forces(const struct bio *bio)
{
	return bio->bi_opf & REQ_FUA;
}

static inline void ant_bio_end(struct bio *bio, int error)
{
	bio->bi_status = errno_to_blk_status(error);
	bio_endio(bio);
}

#if KERNEL_VERSION(6, 11, 0) > LINUX_VERSION_CODE
static inline struct gendisk *ant_disk_alloc(unsigned int max_sectors, bool write_cache)
{
	struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);

	if (!disk)
		return NULL;
	blk_queue_max_hw_sectors(disk->queue, max_sectors);
	blk_queue_write_cache(disk->queue, write_cache, write_cache);
	disk->minors = 1;
	return disk;
}
#else
static inline struct gendisk *ant_disk_alloc(unsigned int max_sectors, bool write_cache)
{
	struct queue_limits limits = {
		.max_hw_sectors = max_sectors,
		/* The rotation was the default. */
		.features = BLK_FEAT_ROTATIONAL |
			    (write_cache ? BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA : 0),
	};
	struct gendisk *disk = blk_alloc_disk(&limits, NUMA_NO_NODE);

	if (IS_ERR(disk))
		return NULL;
	disk->minors = 1;
	return disk;
}
#endif

static inline int ant_disk_add(struct gendisk *disk)
{
	return add_disk(disk);
}

static inline void ant_disk_put(struct gendisk *disk)
{
	put_disk(disk);
}

#define ANT_DISK_TAKES_BIOS .submit_bio = ant_disk_submit,
#endif

#endif /* ANT_DISK_COMPAT_H */
