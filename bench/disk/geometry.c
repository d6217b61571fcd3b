// SPDX-License-Identifier: GPL-2.0-only
/* Platters and arm of the disk model (see geometry.h), and the figures of one disk. */
#include "geometry.h"

/* Sources of these figures: docs/disk-model.md. */
const struct disk_parameters disk_7200rpm = {
	.sectors = 976773168, /* 500 GB */
	.heads = 2,
	.zones = 16,
	.zone_cylinders = 17851,
	.outer_track = 2250,
	.zone_step = 72,
	.revolution = 8333333,
	.head_switch = 800000,
	.cylinder_switch = 1000000,
	.seek_settle = 800000,
	.seek_root = 26300ull * 26300,
	.seek_knee = 95205,
	.seek_slope_ps = 42600,
	.write_settle = 1000000,
	.overhead = 60000,
	.interface_sector = 1707,
	.segments = 16,
	.segment_sectors = 2048,
	.ahead_sectors = 1024,
	.write_cache = 16384,
};

static u32 disk_track_of(const struct disk_parameters *p, u32 zone)
{
	return p->outer_track - zone * p->zone_step;
}

u64 disk_capacity(const struct disk_parameters *p)
{
	u64 sectors = 0;
	u32 zone;

	for (zone = 0; zone < p->zones; zone++)
		sectors += (u64)p->zone_cylinders * p->heads * disk_track_of(p, zone);
	return sectors;
}

struct disk_place disk_locate(const struct disk_parameters *p, u64 lba)
{
	struct disk_place place;
	u32 zone, in_cylinder;

	for (zone = 0;; zone++) {
		u64 size;

		place.track = disk_track_of(p, zone);
		size = (u64)p->zone_cylinders * p->heads * place.track;
		if (lba < size || zone + 1 == p->zones)
			break;
		lba -= size;
	}
	place.cylinder = (u32)(lba / (p->heads * place.track));
	in_cylinder = (u32)(lba % (p->heads * place.track));
	place.head = in_cylinder / place.track;
	place.sector = in_cylinder % place.track;
	place.cylinder += zone * p->zone_cylinders;
	return place;
}

u64 disk_along(const struct disk_parameters *p, u32 sector, u32 track)
{
	return p->revolution * sector / track;
}

u64 disk_phase(const struct disk_parameters *p, const struct disk_place *place)
{
	u64 cylinder_skew = (p->heads - 1) * p->head_switch + p->cylinder_switch;

	return (place->cylinder * cylinder_skew + place->head * p->head_switch +
		disk_along(p, place->sector, place->track)) % p->revolution;
}

u64 disk_switch(const struct disk_parameters *p, const struct disk_place *place)
{
	if (place->sector)
		return 0;
	return place->head ? p->head_switch : p->cylinder_switch;
}

/* The whole part of the square root, bit by bit. */
static u64 disk_root(u64 square)
{
	u64 root = 0, bit = 1ull << 62;

	while (bit > square)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (square >= root + bit) {
			square -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}

/* Short seeks only speed up and slow down: the square root. Long ones coast. */
u64 disk_seek_time(const struct disk_parameters *p, u32 cylinders)
{
	u64 time = p->seek_settle;

	if (!cylinders)
		return 0;
	if (cylinders <= p->seek_knee)
		return time + disk_root(p->seek_root * cylinders);
	time += disk_root(p->seek_root * p->seek_knee);
	return time + p->seek_slope_ps * (cylinders - p->seek_knee) / 1000;
}
