// SPDX-License-Identifier: GPL-2.0-only
/* The handshake with AnT (table.h), and what the end of a peer means for calls (see peers.h). */
#include <antlinux/areas.h>

#include "peers.h"

#define ANT_FIRST_VECTOR 0x20u /* below are the processor's exceptions */

int ant_core_init(struct ant_core *ant, void *memory, u64 base, u64 size, u32 linux_cores)
{
	if (size < ANTLINUX_LOAD_OFFSET)
		return -ENOSPC;
	memset(ant, 0, sizeof(*ant));
	ant->memory = memory;
	ant->table = (void *)(ant->memory + ANTLINUX_TABLE_OFFSET);
	ant->info.region_base = base;
	ant->info.region_size = size;
	ant->linux_cores = linux_cores;
	ant_lcas_init(&ant->lcas);
	return 0;
}

/* Copies AnT's half of the header. Returns minus an errno, and why, when it is not to be used. */
static int ant_read_header(struct ant_core *ant, const char **why)
{
	struct antlinux_table *table = ant->table;
	struct antlinux_info *info = &ant->info;
	u64 table_end = info->region_base + ANTLINUX_TABLE_OFFSET + sizeof(*table);
	u64 region_end = info->region_base + info->region_size;
	u64 areas = info->region_base + ANTLINUX_AREAS_OFFSET;

	info->depth = READ_ONCE(table->depth);
	info->cores = READ_ONCE(table->cores);
	info->ica_base = READ_ONCE(table->ica_base);
	info->ica_size = READ_ONCE(table->ica_size);
	ant->result_vector = READ_ONCE(table->result_vector);

	*why = "its generation is 0";
	if (!info->generation)
		return -EINVAL;
	*why = "its cores are none or ours";
	if (!info->cores || info->cores >> ANTLINUX_MAX_CORES || info->cores & ant->linux_cores)
		return -ENODEV;
	*why = "its vector for results is none";
	if (ant->result_vector < ANT_FIRST_VECTOR || ant->result_vector > 0xff)
		return -ENOLINK;
	*why = "it speaks another version";
	if (READ_ONCE(table->version) != ANTLINUX_VERSION)
		return -EPROTONOSUPPORT;
	*why = "its ring depth is not a power of two in range";
	if (!info->depth || info->depth & (info->depth - 1) || info->depth > ANTLINUX_MAX_DEPTH)
		return -EDOM;
	*why = "its ICA is not in its region";
	if ((info->ica_base | info->ica_size) % ANTLINUX_PAGE_SIZE || !info->ica_size ||
	    info->ica_base < table_end || info->ica_base >= region_end ||
	    info->ica_size > region_end - info->ica_base)
		return -EFAULT;
	*why = "the table of areas has no space for its ICA";
	if (info->ica_size / ANTLINUX_PAGE_SIZE > ANTLINUX_ICA_PAGES)
		return -EFAULT;
	*why = "its ICA holds the table of areas";
	if (info->ica_base < areas + sizeof(struct antlinux_areas) &&
	    areas < info->ica_base + info->ica_size)
		return -EFAULT;
	return 0;
}

/* Answers the header that is in the table now. */
static void ant_answer_header(struct ant_core *ant)
{
	struct antlinux_table *table = ant->table;
	struct antlinux_info *info = &ant->info;
	const char *why;
	int error = ant_read_header(ant, &why);
	u32 core;

	ant->connected = !error;
	ant->counters.starts += ant->connected;
	ant->todo.rare = true;
	ant->todo.well = ant->connected;
	if (error)
		ant_say(ant, "AnT %08x refused: %s\n", info->generation, why);
	else
		ant_say(ant, "AnT %08x on cores %#x, ring depth %u, ICA %#llx-%#llx\n",
			info->generation, info->cores, info->depth,
			(unsigned long long)info->ica_base,
			(unsigned long long)(info->ica_base + info->ica_size - 1));

	/* Our counters go on where an earlier load of the module stopped. */
	for (core = 0; core < ANTLINUX_MAX_CORES; core++) {
		ant->request_tail[core] = READ_ONCE(table->core[core].request.tail);
		ant->result_head[core] = READ_ONCE(table->core[core].result.head);
	}
	WRITE_ONCE(table->linux_error, error);
	WRITE_ONCE(table->linux_version, ANTLINUX_VERSION);
	antlinux_store_release(&table->linux_generation, info->generation);
	if (error != -ENODEV && error != -ENOLINK && error != -EINVAL)
		ant->todo.ring |= info->cores & -info->cores; /* its first core */
}

/*
 * A new AnT runs where the old one's memory was. A proxy in the middle of a
 * call could still write into it, so it is killed, and the handshake waits
 * until it is gone.
 */
static void ant_drop_generation(struct ant_core *ant)
{
	struct ant_lca *lca;

	for (lca = ant->lcas.pool; lca < ant->lcas.pool + ANT_LCAS; lca++)
		if (lca->proxy) {
			lca->proxy->stale = true;
			ant_unbind(ant, lca->proxy);
		}
	ant_lcas_init(&ant->lcas);
	ant->todo.any = ant->todo.more = ant->todo.wake_all = ant->todo.kill = true;
	ant->connected = false;
	ant->ending = true;
}

/* Is the last proxy of the old AnT gone? Then the new one gets its answer. */
static void ant_end_dropping(struct ant_core *ant)
{
	if (!ant->ending || ant->mapped)
		return;
	ant->ending = false;
	ant_answer_header(ant);
}

void ant_greet(struct ant_core *ant)
{
	if (antlinux_load_acquire(&ant->table->magic) != ANTLINUX_TABLE_MAGIC)
		return;
	ant->info.generation = READ_ONCE(ant->table->generation);
	ant_drop_generation(ant);
	ant_end_dropping(ant);
}

/*
 * A header that was answered is left from before a reset of the machine, since
 * unloading the module takes the answer back.
 */
bool ant_is_unanswered(const struct ant_core *ant)
{
	return antlinux_load_acquire(&ant->table->magic) == ANTLINUX_TABLE_MAGIC &&
	       READ_ONCE(ant->table->linux_generation) != READ_ONCE(ant->table->generation);
}

void ant_leave(struct ant_core *ant)
{
	antlinux_store_release(&ant->table->linux_generation, 0);
}

/* The longest idle proxy without open files is given up: its caller loses nothing. */
static bool ant_make_room(struct ant_core *ant)
{
	struct ant_lca *lca, *oldest = NULL;
	struct ant_client *client;

	for (lca = ant->lcas.pool; lca < ant->lcas.pool + ANT_LCAS; lca++)
		if (lca->state == ANT_LCA_IDLE && !lca->files &&
		    (!oldest || lca->answered < oldest->answered))
			oldest = lca;
	if (!oldest)
		return false;
	client = oldest->proxy;
	client->stale = true;
	ant_unbind(ant, client);
	WRITE_ONCE(ant_lca_at(ant, oldest->raddr)->incarnation, 0);
	ant_settle(ant, oldest);
	ant_tell(ant, client);
	ant->counters.retired++;
	return true;
}

int ant_bind(struct ant_core *ant, const struct ant_client *parent, struct ant_client *proxy,
	     const struct antlinux_bind *bind)
{
	struct ant_lca *lca = ant_find(ant, bind->raddr);

	if (ant->parent != parent)
		return -EPERM;
	if (!lca || lca->state != ANT_LCA_TAKEN)
		return -ENOENT;
	if (lca->proxy)
		return -EBUSY;
	if (ant->proxies >= bind->most && !ant_make_room(ant))
		return -EAGAIN;
	ant->proxies++;
	lca->proxy = proxy;
	lca->files = false;
	proxy->lca = lca;
	proxy->is_proxy = true;
	if (!++ant->incarnation)
		ant->incarnation = 1; /* 0 is none */
	WRITE_ONCE(ant_lca_at(ant, bind->raddr)->incarnation, ant->incarnation);
	ant_hand_over(lca, ANT_FORKED);
	return 0;
}

int ant_map(struct ant_core *ant, struct ant_client *client)
{
	if (client->stale)
		return -ESTALE;
	ant->mapped += client->is_proxy && !client->maps;
	client->maps = true;
	/* The first that a proxy's process does. */
	if (client->lca && client->lca->progress == ANT_FORKED)
		client->lca->progress = ANT_BEGUN;
	return 0;
}

/* A call that nobody has begun comes before all others, to whoever is the parent then. */
static void ant_put_back(struct ant_core *ant, struct ant_lca *lca)
{
	if (ant->abandoned) {
		ant_fail(ant, lca, ENXIO);
		return;
	}
	ant_prepend(&ant->lcas.requests, lca, ANT_LCA_QUEUED);
	if (ant->parent)
		ant_tell(ant, ant->parent);
}

/* Its proxies stay, with their calls and open files. */
static void ant_parent_gone(struct ant_core *ant)
{
	struct ant_lca *lca;

	ant->parent = NULL;
	for (lca = ant->lcas.pool; lca < ant->lcas.pool + ANT_LCAS; lca++)
		if (lca->state == ANT_LCA_TAKEN)
			ant_put_back(ant, lca);
	ant->todo.any = ant->todo.more = ant->todo.orphaned = true;
}

void ant_abandon(struct ant_core *ant)
{
	if (ant->parent)
		return;
	ant->abandoned = true;
	while (ant->lcas.requests.first)
		ant_fail(ant, ant_take(&ant->lcas.requests), ENXIO);
}

/*
 * Its open files went with it. Whatever the call was that it had or was about to get, no other
 * proxy may do it: a descriptor would mean another file. One that had not begun its first call had
 * no files, and the parent gets the request once more.
 */
static void ant_proxy_gone(struct ant_core *ant, struct ant_client *client)
{
	struct ant_lca *lca = client->lca;

	ant_unbind(ant, client);
	switch (lca->state) {
	case ANT_LCA_IDLE:
		ant_settle(ant, lca);
		break;
	case ANT_LCA_ENDING:
		ant_answer(ant, lca);
		break;
	case ANT_LCA_SERVED:
		/* 0: it had no files, or it has perhaps done something (lca.h). */
		if (lca->progress != ANT_ASLEEP)
			WRITE_ONCE(ant_lca_at(ant, lca->raddr)->incarnation, 0);
		if (lca->progress == ANT_FORKED) {
			ant_put_back(ant, lca);
			break;
		}
		fallthrough;
	case ANT_LCA_QUEUED:
	case ANT_LCA_TAKEN:
		ant->counters.died++;
		ant_unqueue(ant, lca);
		ant_fail(ant, lca, EOWNERDEAD);
		break;
	default:
		break; /* answered already */
	}
}

void ant_close(struct ant_core *ant, struct ant_client *client)
{
	ant->mapped -= client->is_proxy && client->maps;
	if (ant->parent == client)
		ant_parent_gone(ant);
	if (client->lca)
		ant_proxy_gone(ant, client);
	ant_end_dropping(ant);
}
