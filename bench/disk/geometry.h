/* SPDX-License-Identifier: GPL-2.0-only */
/* Platters and arm of the disk model: where a sector is, and when it comes by. */
#ifndef ANT_DISK_GEOMETRY_H
#define ANT_DISK_GEOMETRY_H

#include "model.h"

/* Where a sector is. */
struct disk_place {
	u32 cylinder;
	u32 head;
	u32 sector; /* of its track */
	u32 track;  /* sectors of this track */
};

struct disk_place disk_locate(const struct disk_parameters *p, u64 lba);

/* The time from a track's first sector to the start of this one. */
u64 disk_along(const struct disk_parameters *p, u32 sector, u32 track);

/*
 * When in a revolution the sector comes by. A track's first sector is skewed
 * against its predecessor's by the time of the switch, so that reading on
 * over the end of a track loses no revolution.
 */
u64 disk_phase(const struct disk_parameters *p, const struct disk_place *place);

/* What the arm needs before it can go on with this sector, after the one before. */
u64 disk_switch(const struct disk_parameters *p, const struct disk_place *place);

#endif /* ANT_DISK_GEOMETRY_H */
