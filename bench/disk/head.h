/* SPDX-License-Identifier: GPL-2.0-only */
/* The head of the disk model: on its way to a sector, and passing over sectors. */
#ifndef ANT_DISK_HEAD_H
#define ANT_DISK_HEAD_H

#include "model.h"

/*
 * The head passes over sectors from head_lba on, which it has just come to, as
 * far as it gets until `until`, but not beyond `limit`. Track by track; what it
 * has passed is exact to the sector, and media_time the moment of that.
 */
void disk_run(struct disk_model *model, u64 limit, u64 until);

/* Moves the arm, from time t on, and waits until the sector comes round. */
void disk_go_to(struct disk_model *model, u64 lba, u64 t, u64 settle);

#endif /* ANT_DISK_HEAD_H */
