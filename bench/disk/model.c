// SPDX-License-Identifier: GPL-2.0-only
/* The mechanical model of a disk (see model.h). */
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "head.h"
#include "model.h"

static u64 disk_later(u64 a, u64 b)
{
	return a > b ? a : b;
}

/* A segment keeps its newest sectors. */
static void disk_keep(struct disk_model *model, struct disk_extent *segment)
{
	u64 most = model->parameters->segment_sectors;

	if (segment->end - segment->start > most)
		segment->start = segment->end - most;
}

/* What reading ahead has brought by now. */
static void disk_read_ahead(struct disk_model *model, u64 now)
{
	struct disk_extent *segment = &model->segment[model->ahead];

	if (!model->reading_ahead)
		return;
	disk_run(model, model->ahead_limit, now);
	segment->end = model->head_lba;
	disk_keep(model, segment);
	if (model->head_lba == model->ahead_limit)
		model->reading_ahead = false;
}

static bool disk_overlap(const struct disk_extent *extent, u64 lba, u64 end)
{
	return extent->start < end && lba < extent->end;
}

/* ---- Writing behind ---- */

/* The extent that an arm going inwards comes to next; the outermost, if none. */
static u32 disk_next_dirty(const struct disk_model *model)
{
	u32 i, first = 0, next = model->dirty_count;

	for (i = 0; i < model->dirty_count; i++) {
		u64 start = model->dirty[i].start;

		if (start < model->dirty[first].start)
			first = i;
		if (start >= model->head_lba && (next == model->dirty_count ||
						 start < model->dirty[next].start))
			next = i;
	}
	return next == model->dirty_count ? first : next;
}

/* The mechanism does what it has begun: at the earliest then it is free. */
static u64 disk_free(const struct disk_model *model, u64 t)
{
	return disk_later(t, model->committed);
}

/* Passes over all these sectors: nothing breaks that off. */
static void disk_transfer(struct disk_model *model, u64 end)
{
	disk_run(model, end, ~0ull);
	model->committed = model->media_time;
}

/*
 * When that extent's way to the platter can begin. Writing behind goes on from
 * where it was; reading ahead it breaks off at time t.
 */
static u64 disk_destage_time(const struct disk_model *model, u32 which, u64 t)
{
	if (model->reading_ahead)
		return t;
	return disk_later(model->media_time, model->dirty_since[which]);
}

/* One extent from the cache to the platter. */
static void disk_destage(struct disk_model *model, u32 which, u64 t)
{
	struct disk_extent extent = model->dirty[which];
	u64 begin = disk_destage_time(model, which, t);
	u32 last = --model->dirty_count;

	model->dirty[which] = model->dirty[last];
	model->dirty_since[which] = model->dirty_since[last];
	model->dirty_sectors -= extent.end - extent.start;
	model->reading_ahead = false;
	model->statistics.destaged++;
	disk_go_to(model, extent.start, disk_free(model, begin),
		   model->parameters->write_settle);
	disk_transfer(model, extent.end);
}

/* What the disk does by itself before a request comes: read ahead, then destage. */
static void disk_catch_up(struct disk_model *model, u64 now)
{
	disk_read_ahead(model, now);
	if (model->reading_ahead)
		return;
	while (model->dirty_count) {
		u32 which = disk_next_dirty(model);

		if (disk_destage_time(model, which, now) >= now)
			return;
		disk_destage(model, which, now);
	}
}

static void disk_destage_all(struct disk_model *model, u64 t)
{
	while (model->dirty_count)
		disk_destage(model, disk_next_dirty(model), t);
}

static void disk_add_dirty(struct disk_model *model, u64 lba, u64 end, u64 t)
{
	u64 most = model->parameters->segment_sectors;
	u32 i;

	for (i = 0; i < model->dirty_count; i++) {
		const struct disk_extent *extent = &model->dirty[i];

		if (extent->start <= lba && end <= extent->end)
			return; /* the same once more */
		if (extent->end == lba && end - extent->start <= most)
			break;
	}
	if (i == model->dirty_count) {
		model->dirty_count++;
		model->dirty[i].start = lba;
	}
	model->dirty[i].end = end;
	model->dirty_since[i] = t;
	model->dirty_sectors += end - lba;
}

/* ---- The operations: each returns when the request is done ---- */

static u64 disk_cable(const struct disk_model *model, u64 sectors)
{
	return model->parameters->interface_sector * sectors;
}

/* The segment that holds this sector, else one that ends before it. */
static struct disk_extent *disk_find_segment(struct disk_model *model, u64 lba)
{
	struct disk_extent *before = NULL;
	u32 i;

	for (i = 0; i < model->parameters->segments; i++) {
		struct disk_extent *segment = &model->segment[i];

		if (disk_overlap(segment, lba, lba + 1))
			return segment;
		if (segment->start < segment->end && segment->end == lba)
			before = segment;
	}
	return before;
}

static struct disk_extent *disk_new_segment(struct disk_model *model, u64 lba)
{
	u32 i, oldest = 0;

	for (i = 1; i < model->parameters->segments; i++)
		if (model->last_use[i] < model->last_use[oldest])
			oldest = i;
	model->segment[oldest].start = lba;
	model->segment[oldest].end = lba;
	return &model->segment[oldest];
}

/* From here on the disk reads into this segment by itself. */
static void disk_start_ahead(struct disk_model *model, const struct disk_extent *segment,
			     u64 end)
{
	const struct disk_parameters *p = model->parameters;

	model->ahead = (u32)(segment - model->segment);
	model->ahead_limit = end + p->ahead_sectors;
	if (model->ahead_limit > p->sectors)
		model->ahead_limit = p->sectors;
	model->reading_ahead = model->head_lba < model->ahead_limit;
}

/*
 * The cache has answered from this segment. When its reading ahead has come to
 * an end and half of that is used up, it goes on.
 */
static void disk_go_on_ahead(struct disk_model *model, const struct disk_extent *segment,
			     u64 t, u64 end)
{
	u64 left = segment->end - end;

	if (segment != &model->segment[model->ahead] ||
	    segment->end != model->head_lba)
		return;
	if (!model->reading_ahead) {
		if (left > model->parameters->ahead_sectors / 2 || model->dirty_count)
			return;
		disk_go_to(model, segment->end, disk_free(model, t), 0);
	}
	disk_start_ahead(model, segment, end);
}

/* Done, if the sectors are in the write cache; 0: they are not. */
static u64 disk_read_dirty(struct disk_model *model, u64 t, u64 lba, u64 end)
{
	u32 i;

	for (i = 0; i < model->dirty_count; i++) {
		const struct disk_extent *extent = &model->dirty[i];

		if (!disk_overlap(extent, lba, end))
			continue;
		if (extent->start <= lba && end <= extent->end) {
			model->statistics.hits++;
			return t + disk_cable(model, end - lba);
		}
		disk_destage_all(model, t); /* a part here, a part there: rare */
		return 0;
	}
	return 0;
}

static u64 disk_read(struct disk_model *model, u64 t, u64 lba, u64 end)
{
	u64 received = t + disk_cable(model, end - lba);
	u64 done = disk_read_dirty(model, t, lba, end);
	struct disk_extent *segment;

	if (done)
		return done;
	segment = disk_find_segment(model, lba);
	if (!segment)
		segment = disk_new_segment(model, lba);
	model->last_use[segment - model->segment] = ++model->uses;
	if (end <= segment->end) {
		model->statistics.hits++;
		disk_go_on_ahead(model, segment, t, end);
		return received;
	}
	if (model->reading_ahead && segment == &model->segment[model->ahead])
		model->statistics.streamed++;
	else
		disk_go_to(model, segment->end, disk_free(model, t), 0);
	disk_transfer(model, end);
	segment->end = end;
	disk_keep(model, segment);
	disk_start_ahead(model, segment, end);
	/* All but the last sector went over the cable while the next ones came. */
	return disk_later(model->media_time + disk_cable(model, 1), received);
}

/* Old contents go out of the cache. */
static void disk_forget(struct disk_model *model, u64 lba, u64 end)
{
	u32 i;

	for (i = 0; i < model->parameters->segments; i++) {
		struct disk_extent *segment = &model->segment[i];

		if (!disk_overlap(segment, lba, end))
			continue;
		segment->end = segment->start;
		if (model->reading_ahead && model->ahead == i)
			model->reading_ahead = false;
	}
	/* Reading ahead is about to come to the old contents. */
	if (model->reading_ahead && lba < model->ahead_limit && end > model->head_lba)
		model->ahead_limit = disk_later(lba, model->head_lba);
}

static u64 disk_write(struct disk_model *model, u64 t, u64 lba, u64 end, bool through)
{
	u64 received = t + disk_cable(model, end - lba);

	disk_forget(model, lba, end);
	if (through || end - lba > model->write_cache) {
		model->reading_ahead = false;
		disk_go_to(model, lba, disk_free(model, t),
			   model->parameters->write_settle);
		disk_transfer(model, end);
		return disk_later(model->media_time, received);
	}
	while (model->dirty_count == DISK_MAX_DIRTY ||
	       model->dirty_sectors + (end - lba) > model->write_cache) {
		disk_destage(model, disk_next_dirty(model), t);
		received = disk_later(received, model->media_time);
	}
	disk_add_dirty(model, lba, end, received);
	return received;
}

void disk_init(struct disk_model *model, const struct disk_parameters *parameters,
	       bool write_cache)
{
	memset(model, 0, sizeof(*model));
	model->parameters = parameters;
	model->write_cache = write_cache ? parameters->write_cache : 0;
}

u64 disk_request(struct disk_model *model, u64 now, enum disk_operation operation,
		 u64 lba, u32 sectors)
{
	u64 start = disk_later(now, model->busy_until);
	u64 t = start + model->parameters->overhead;
	u64 end = lba + sectors;
	u64 done = t;

	disk_catch_up(model, start);
	switch (operation) {
	case DISK_READ:
		model->statistics.reads++;
		done = disk_read(model, t, lba, end);
		break;
	case DISK_WRITE:
	case DISK_WRITE_THROUGH:
		model->statistics.writes++;
		done = disk_write(model, t, lba, end, operation == DISK_WRITE_THROUGH);
		break;
	case DISK_FLUSH:
		model->statistics.flushes++;
		disk_destage_all(model, t);
		done = disk_free(model, t);
		break;
	}
	model->statistics.busy_ns += done - start;
	model->busy_until = done;
	return done;
}

void disk_drop_cache(struct disk_model *model, u64 now)
{
	u64 start = disk_later(now, model->busy_until);

	disk_catch_up(model, start);
	disk_destage_all(model, start);
	model->reading_ahead = false;
	memset(model->segment, 0, sizeof(model->segment));
}
