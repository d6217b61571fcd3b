// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handshake with AnT (table.h): AnT fills in its half of the table's
 * header and rings; the first doorbell of each generation ends up here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/irq_vectors.h>
#include <asm/smp.h>

#include <antlinux/mint.h>

#include "antlinux.h"

/* The cores this kernel runs on: none of them can be AnT's. */
static u32 ant_linux_cores(void)
{
	unsigned int cpu;
	u32 cores = 0;

	for_each_possible_cpu(cpu)
		if (cpu_physical_id(cpu) < ANTLINUX_MAX_CORES)
			cores |= BIT(cpu_physical_id(cpu));
	return cores;
}

/* Copies AnT's half of the header; 0 or minus the errno why it is not to be used. */
static int ant_read_header_locked(const struct antlinux_table *table)
{
	u64 table_end = ant.region_base + ANTLINUX_TABLE_OFFSET + sizeof(*table);
	u64 region_end = ant.region_base + ant.region_size;

	ant.depth = READ_ONCE(table->depth);
	ant.cores = READ_ONCE(table->cores);
	ant.result_vector = READ_ONCE(table->result_vector);
	ant.ica_base = READ_ONCE(table->ica_base);
	ant.ica_size = READ_ONCE(table->ica_size);

	if (!ant.cores || ant.cores >= BIT(ANTLINUX_MAX_CORES) ||
	    ant.cores & ant_linux_cores())
		return -ENODEV;
	if (ant.result_vector < FIRST_EXTERNAL_VECTOR || ant.result_vector > 0xff)
		return -ENOLINK;
	if (READ_ONCE(table->version) != ANTLINUX_VERSION)
		return -EPROTONOSUPPORT;
	if (!is_power_of_2(ant.depth) || ant.depth > ANTLINUX_MAX_DEPTH)
		return -EDOM;
	if (!IS_ALIGNED(ant.ica_base | ant.ica_size, PAGE_SIZE) ||
	    !ant.ica_size || ant.ica_base < table_end ||
	    ant.ica_base >= region_end ||
	    ant.ica_size > region_end - ant.ica_base)
		return -EFAULT;
	return 0;
}

static const char *ant_refusal(int error)
{
	switch (error) {
	case -ENODEV:
		return "its cores are none or ours";
	case -ENOLINK:
		return "its vector for results is none";
	case -EPROTONOSUPPORT:
		return "it speaks another version";
	case -EDOM:
		return "its ring depth is not a power of two in range";
	default:
		return "its ICA is not in its region";
	}
}

/* Answers the header that is in the table now. */
static void ant_answer_header_locked(void)
{
	struct antlinux_table *table = ant.table;
	int error = ant_read_header_locked(table);
	unsigned int core;

	ant.connected = !error;
	if (ant.connected) {
		ant.counters.starts++;
		pr_info("AnT %08x on cores %#x, ring depth %u, ICA %#llx-%#llx\n",
			ant.generation, ant.cores, ant.depth, ant.ica_base,
			ant.ica_base + ant.ica_size - 1);
	} else {
		pr_err("AnT %08x refused: %s\n", ant.generation,
		       ant_refusal(error));
	}

	/* Our counters go on where an earlier load of the module stopped. */
	for (core = 0; core < ANTLINUX_MAX_CORES; core++) {
		ant.request_tail[core] = READ_ONCE(table->core[core].request.tail);
		ant.result_head[core] = READ_ONCE(table->core[core].result.head);
	}
	WRITE_ONCE(table->linux_error, error);
	WRITE_ONCE(table->linux_version, ANTLINUX_VERSION);
	antlinux_store_release(&table->linux_generation, ant.generation);
	if (error != -ENODEV && error != -ENOLINK)
		mint_send_ipi(__ffs(ant.cores), ant.result_vector);
}

/*
 * A new AnT runs where the old one's memory was. A proxy in the middle of a
 * call could still write into it, so it is killed, and the handshake waits
 * until it is gone. Returns whether there is one.
 */
static bool ant_drop_generation_locked(void)
{
	struct ant_client *client;
	bool lingers = false;

	ant_orphan_clients_locked();
	list_for_each_entry(client, &ant.clients, all) {
		client->call = NULL;
		if (client->stale && client->pid) {
			kill_pid(client->pid, SIGKILL, 1);
			client->lingers = true;
		}
		lingers |= client->lingers;
	}
	ant_calls_init(&ant.calls);
	memset(&ant.queue, 0, sizeof(ant.queue));
	memset(ant.answers, 0, sizeof(ant.answers));
	ant.blocked = 0;
	ant.reported_mad = 0;
	return lingers;
}

/* Looks whether the table's header is a new one, and deals with it. */
void ant_greet_locked(void)
{
	u32 generation;

	if (antlinux_load_acquire(&ant.table->magic) != ANTLINUX_TABLE_MAGIC)
		return;
	generation = READ_ONCE(ant.table->generation);
	if (likely(ant.greeted && generation == ant.generation))
		return;
	ant.greeted = true;
	ant.generation = generation;
	ant.connected = false;
	ant.ending = ant_drop_generation_locked();
	if (!ant.ending)
		ant_answer_header_locked();
}

/* A file was closed: was it the last that a new AnT waits for? */
void ant_lingering_gone_locked(void)
{
	struct ant_client *client;

	if (!ant.ending)
		return;
	list_for_each_entry(client, &ant.clients, all)
		if (client->lingers)
			return;
	ant.ending = false;
	ant_answer_header_locked();
}

/*
 * At module load: an AnT that started before us still waits for an answer. A
 * header that was answered is left from before a reset of the machine, since
 * unloading the module takes the answer back.
 */
bool ant_table_unanswered(void)
{
	return antlinux_load_acquire(&ant.table->magic) == ANTLINUX_TABLE_MAGIC &&
	       READ_ONCE(ant.table->linux_generation) !=
		       READ_ONCE(ant.table->generation);
}
