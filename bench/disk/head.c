// SPDX-License-Identifier: GPL-2.0-only
/* The head of the disk model on its way (see head.h). */
#include "geometry.h"
#include "head.h"

void disk_run(struct disk_model *model, u64 limit, u64 until)
{
	const struct disk_parameters *p = model->parameters;

	while (model->head_lba < limit) {
		struct disk_place place = disk_locate(p, model->head_lba);
		u64 from = disk_along(p, place.sector, place.track);
		u64 begin = model->media_time + disk_switch(p, &place);
		u64 left = limit - model->head_lba;
		u32 last = place.track;

		if (left < place.track - place.sector)
			last = place.sector + (u32)left;
		if (begin > until)
			return;
		if (begin + disk_along(p, last, place.track) - from > until) {
			u64 along = until - begin + from;

			last = (u32)(along * place.track / p->revolution);
			/* The quotient is rounded: not a sector too far. */
			while (disk_along(p, last, place.track) > along)
				last--;
			if (last <= place.sector)
				return;
		}
		model->media_time = begin + disk_along(p, last, place.track) - from;
		model->head_lba += last - place.sector;
	}
}

void disk_go_to(struct disk_model *model, u64 lba, u64 t, u64 settle)
{
	const struct disk_parameters *p = model->parameters;
	u64 last = model->head_lba ? model->head_lba - 1 : 0;
	struct disk_place here = disk_locate(p, last);
	struct disk_place there = disk_locate(p, lba);
	u64 seek = 0, wait;

	if (lba == model->head_lba && t == model->media_time)
		return; /* it comes by just now */
	if (here.cylinder != there.cylinder)
		seek = disk_seek_time(p, here.cylinder < there.cylinder ?
					      there.cylinder - here.cylinder :
					      here.cylinder - there.cylinder);
	else if (here.head != there.head)
		seek = p->head_switch;
	if (seek) {
		model->statistics.seeks++;
		model->statistics.seek_ns += seek;
	}
	t += seek + settle;
	wait = (disk_phase(p, &there) + p->revolution - t % p->revolution) % p->revolution;
	model->statistics.rotation_ns += wait;
	/* disk_run() adds a switch before a track's first sector: it is made. */
	model->media_time = t + wait - disk_switch(p, &there);
	model->head_lba = lba;
}
