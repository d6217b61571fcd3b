/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mechanical model of a disk: when is a request done? Heads on an arm that
 * takes time to move, platters that turn with the clock, tracks with more
 * sectors outside than inside, a cache that is read ahead into and written
 * behind from. docs/disk-model.md explains it and says where each figure comes
 * from.
 *
 * Pure arithmetic on whole nanoseconds: no kernel calls, no floating point, no
 * chance. The same requests at the same times take the same time on every
 * computer; the unit tests run it on the host.
 */
#ifndef ANT_DISK_MODEL_H
#define ANT_DISK_MODEL_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint64_t u64;
typedef uint32_t u32;
#endif

#define DISK_SECTOR_BYTES 512u
#define DISK_MAX_SEGMENTS 32u
#define DISK_MAX_DIRTY 128u

/* What a disk is. Times are nanoseconds, lengths sectors unless said otherwise. */
struct disk_parameters {
	/* The platters: equally wide zones, the outermost (0) comes first. */
	u64 sectors;
	u32 heads;
	u32 zones;
	u32 zone_cylinders;
	u32 outer_track;	/* sectors of a track in zone 0 */
	u32 zone_step;		/* so many fewer in each further zone */
	u64 revolution;
	/* The arm. Switches are also the skews between neighbouring tracks. */
	u64 head_switch;
	u64 cylinder_switch;
	u64 seek_settle;
	u64 seek_root;		/* square of the factor of the distance's square root */
	u32 seek_knee;		/* cylinders; beyond, the seek time grows linearly */
	u64 seek_slope_ps;	/* picoseconds for each cylinder beyond */
	u64 write_settle;	/* a write must be on its track more exactly */
	/* The controller. */
	u64 overhead;		/* of each command */
	u64 interface_sector;	/* one sector's way over the cable */
	u32 segments;		/* of the read cache */
	u32 segment_sectors;
	u32 ahead_sectors;	/* read on behind a request, at most */
	u32 write_cache;	/* sectors; 0: a write is done when it is on the platter */
};

/* The paper's disk: 7200 rpm, 500 GB, 16 MB cache. */
extern const struct disk_parameters disk_7200rpm;

enum disk_operation { DISK_READ, DISK_WRITE, DISK_WRITE_THROUGH, DISK_FLUSH };

/* All count from disk_init(). */
struct disk_statistics {
	u64 reads;	/* requests */
	u64 writes;
	u64 flushes;
	u64 hits;	/* reads that the cache answered */
	u64 streamed;	/* reads that the reading ahead was about to answer */
	u64 seeks;	/* movements of the arm */
	u64 seek_ns;
	u64 rotation_ns; /* waiting for the first sector to come round */
	u64 busy_ns;	/* from the start of each request to its end */
	u64 destaged;	/* pieces written behind, from cache to platter */
};

/* Consecutive sectors in the cache. Empty: end == start. */
struct disk_extent {
	u64 start;
	u64 end;
};

struct disk_model {
	const struct disk_parameters *parameters;
	u32 write_cache; /* the parameter's, or 0 */

	u64 busy_until; /* the end of the last request */

	/*
	 * The mechanism: at time media_time the head has just passed the sector
	 * before `head_lba`. While `reading_ahead` it goes on to `ahead_limit`, into
	 * segment `ahead`; a request can break that off, but not what takes until
	 * `committed`.
	 */
	u64 head_lba;
	u64 media_time;
	u64 committed;
	bool reading_ahead;
	u64 ahead_limit;
	u32 ahead;

	struct disk_extent segment[DISK_MAX_SEGMENTS];
	u64 last_use[DISK_MAX_SEGMENTS];
	u64 uses;

	struct disk_extent dirty[DISK_MAX_DIRTY]; /* written behind, in any order */
	u64 dirty_since[DISK_MAX_DIRTY];	  /* when it came, or grew last */
	u32 dirty_count;
	u64 dirty_sectors;

	struct disk_statistics statistics;
};

/* A disk with empty caches, its head at sector 0. */
void disk_init(struct disk_model *model, const struct disk_parameters *parameters,
	       bool write_cache);

/*
 * The time at which a request that comes at time `now` is done. Requests are
 * served one after the other: one that comes while the disk is busy waits. The
 * sectors must lie on the disk; a DISK_FLUSH has none.
 */
u64 disk_request(struct disk_model *model, u64 now, enum disk_operation operation,
		 u64 lba, u32 sectors);

/*
 * Brings what is written behind to the platter and forgets what was read, as
 * if other requests had used the cache since. At time `now`, which it may outlast.
 */
void disk_drop_cache(struct disk_model *model, u64 now);

/* Of the arm over so many cylinders. */
u64 disk_seek_time(const struct disk_parameters *parameters, u32 cylinders);

/* The sectors that fit on the platters. */
u64 disk_capacity(const struct disk_parameters *parameters);

#endif /* ANT_DISK_MODEL_H */
