/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's state machine: the calls in progress, each on its way from a request ring of
 * AnT's to the parent process, to a proxy process and into a result ring. cancel.c has the ways
 * that end early, peers.h the rest: peers that come, go or misbehave.
 *
 * No kernel dependencies, no locks (the caller holds one), no sleep: what is to happen outside
 * is left in struct ant_todo. So the unit tests run this on the host.
 */
#ifndef ANT_CORE_H
#define ANT_CORE_H

#include <antlinux/device.h>
#include <antlinux/lca.h>
#include <antlinux/ring.h>

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>

#include "compat.h"
#else
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#define fallthrough __attribute__((__fallthrough__))
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)
typedef antlinux_u32 u32;
typedef antlinux_u64 u64;
typedef antlinux_s64 s64;
#endif

/* More than AnT has space for: 256 on each of its cores. */
#define ANT_LCAS (ANTLINUX_MAX_CORES * 256u)
#define ANT_BUCKETS 256u

enum ant_lca_state {
	ANT_LCA_FREE,	  /* none */
	ANT_LCA_IDLE,	  /* no call is in progress, but there is a proxy */
	ANT_LCA_QUEUED,	  /* its call waits for the parent */
	ANT_LCA_TAKEN,	  /* the parent has it */
	ANT_LCA_SERVED,	  /* the proxy has it */
	ANT_LCA_ANSWERED, /* waits for space in the core's result ring */
	ANT_LCA_ENDING,	  /* its proxy is being ended */
};

/* What the proxy has done with the call in its hands. */
enum ant_progress {
	ANT_FORKED,	 /* nothing yet; its process was made for it */
	ANT_ASLEEP,	 /* nothing; its process does not know of it yet */
	ANT_BEGUN,	 /* something, perhaps */
	ANT_INTERRUPTED, /* and is to stop */
};

/* What ANTLINUX_ENTRY_END has found. */
enum ant_ending {
	ANT_GOES_ON,	/* there was none */
	ANT_ENDS_CALL,	/* its answer is the call's */
	ANT_ENDS_PROXY, /* or nothing */
};

/* An LCA with a call in progress or a proxy. */
struct ant_lca {
	u64 raddr; /* its physical address */
	u32 core;  /* that sent the call, and gets the result */
	enum ant_lca_state state;
	enum ant_progress progress; /* in state ANT_LCA_SERVED */
	enum ant_ending ending;	    /* the answer is to ANTLINUX_ENTRY_END */
	bool files;		  /* the proxy has files of its caller's open */
	u64 answered;		  /* counts results: when the last call's was sent */
	struct ant_client *proxy; /* NULL: none */
	struct ant_lca *bucket;	  /* the next one with the same hash */
	struct ant_lca *next;	  /* in a queue */
};

struct ant_queue {
	struct ant_lca *first, *last;
};

/* All of them free at each start of AnT. */
struct ant_lcas {
	struct ant_lca pool[ANT_LCAS];
	struct ant_lca *bucket[ANT_BUCKETS];
	struct ant_queue free;
	struct ant_queue requests;		      /* for the parent */
	struct ant_queue answers[ANTLINUX_MAX_CORES]; /* for the result rings */
	u32 corrupt; /* bit n: the log has it that core n's rings are corrupt */
};

/* One open file of /dev/ant. */
struct ant_client {
	struct ant_lca *lca; /* that it serves; NULL: none */
	bool is_proxy;	     /* it serves or has served one */
	bool maps;	     /* its process has AnT's memory mapped */
	bool stale;	     /* it is handed no call any more: AnT is gone, it has made room, or: */
	bool ended;	     /* its process is to be killed */
};

struct ant_counters {
	u64 doorbells; /* IPIs from AnT */
	u64 rescans;   /* looks into a ring without a doorbell */
	u64 empty;     /* looks that found nothing: an earlier one took it */
	u64 merged;    /* requests that came with another one's doorbell */
	u64 requests;  /* taken from the request rings */
	u64 refused;   /* of these: not handed to the parent */
	u64 results;   /* put into the result rings */
	u64 waits;     /* results that had to wait for space there */
	u64 died;      /* calls whose proxy died */
	u64 retired;   /* idle proxies that made room */
	u64 corrupt;   /* times a ring's counters were impossible */
	u64 full;      /* looks that left a request waiting: all LCAs' records were in use */
	u64 starts;    /* handshakes */
};

/* What the caller has to do, still with the lock held; then it is 0 again. */
struct ant_todo {
	bool any;		 /* one of these: */
	u32 ring;		 /* an IPI to each of these cores of AnT's */
	struct ant_client *wake; /* to be woken */
	bool more;		 /* one of these, too: */
	bool wake_all;		 /* all clients */
	bool kill;		 /* all that are a proxy and map */
	bool orphaned;		 /* ant_abandon() when no parent has come for too long */
	bool signal;		 /* to some processes, see ant_signal() */
	bool retry;		 /* ant_exchange() with all cores in a tick */
	bool retry_later;	 /* the same in a second */
	bool rare;		 /* the remarks have a rate limit of their own: others never hide them */
	bool well;		 /* they are no warning */
	u32 said;		 /* bytes of remarks, which go into the log */
};

struct ant_core {
	char *memory; /* AnT's region, as this kernel sees it */
	struct antlinux_table *table;
	u32 linux_cores; /* bit n: this kernel runs on core n */

	/* Agreed in the handshake; copies, since AnT can write to the table. */
	struct antlinux_info info;
	u32 result_vector;
	bool connected;
	bool ending;  /* a new AnT waits until the old one's proxies are gone */

	u32 request_tail[ANTLINUX_MAX_CORES]; /* our own counters (ring.h) */
	u32 result_head[ANTLINUX_MAX_CORES];
	struct ant_lcas lcas;
	struct ant_client *parent;
	bool abandoned; /* there was none for so long that no call waits for one */
	u32 proxies;
	u32 mapped; /* clients that are a proxy and map */
	u32 incarnation;   /* of the newest proxy (lca.h) */
	bool interrupting; /* there is a call in state ANT_INTERRUPTED, perhaps */
	struct ant_counters counters;
	struct ant_todo todo;
	char remarks[512]; /* lines */
};

/* A command of /dev/ant (device.h); ANT_BIND has a function of its own. */
struct ant_command {
	unsigned int number;
	bool goes_on; /* ANT_WAKE and ANT_NEXT: as ANT_GET and ANT_WAIT */
	union {
		struct antlinux_request request;
		struct antlinux_result result;
	};
};

/* -ENOSPC: the region has no space for what both OSes use, which lies below AnT's kernel. */
int ant_core_init(struct ant_core *ant, void *memory, u64 base, u64 size, u32 linux_cores);

/* Requests out of this core's ring, results into the other. */
void ant_exchange(struct ant_core *ant, u32 core);

/* The signal that this client's process is to get: 0, SIGKILL or SIGUSR1. */
int ant_signal(const struct ant_client *client);

/* -EAGAIN: once more, with the same `command`, when it is woken. */
int ant_obey(struct ant_core *ant, struct ant_client *client, struct ant_command *command);
/* ANT_BIND for the parent: `proxy` is the new file. */
int ant_bind(struct ant_core *ant, const struct ant_client *parent, struct ant_client *proxy,
	     const struct antlinux_bind *bind);

/*
 * Is it still the AnT that we know? A new one has emptied the rings. Generation 0, which none has,
 * is that of before the first one.
 */
static inline bool ant_is_current(const struct ant_core *ant)
{
	return ant->info.generation &&
	       antlinux_load_acquire(&ant->table->magic) == ANTLINUX_TABLE_MAGIC &&
	       READ_ONCE(ant->table->generation) == ant->info.generation;
}

static inline struct antlinux_lca *ant_lca_at(const struct ant_core *ant, u64 raddr)
{
	return (struct antlinux_lca *)(ant->memory + (raddr - ant->info.region_base));
}

/* Aligned it is, without the bits. */
static inline bool ant_is_lca(const struct antlinux_info *info, u64 raddr)
{
	return raddr >= info->ica_base &&
	       raddr - info->ica_base <= info->ica_size - sizeof(struct antlinux_lca);
}

/* For cancel.c and peers.c */
void ant_say(struct ant_core *ant, const char *format, ...);
static inline void ant_tell(struct ant_core *ant, struct ant_client *client)
{
	ant->todo.any = true;
	ant->todo.wake = client;
}

void ant_lcas_init(struct ant_lcas *lcas);
struct ant_lca *ant_find(struct ant_core *ant, u64 raddr);
struct ant_lca *ant_add(struct ant_core *ant, u64 raddr);
void ant_prepend(struct ant_queue *queue, struct ant_lca *lca, enum ant_lca_state state);
struct ant_lca *ant_take(struct ant_queue *queue);
void ant_unbind(struct ant_core *ant, struct ant_client *client);
void ant_settle(struct ant_core *ant, struct ant_lca *lca);
/* From the parent to the proxy. */
void ant_hand_over(struct ant_lca *lca, enum ant_progress progress);
void ant_answer(struct ant_core *ant, struct ant_lca *lca);
void ant_fail(struct ant_core *ant, struct ant_lca *lca, u32 error);
void ant_unqueue(struct ant_core *ant, struct ant_lca *lca);

/*
 * cancel.c: an entry with bits, for an LCA that is known or NULL. False: it is neither END nor
 * INTERRUPT, or the LCA ends already.
 */
bool ant_cancel(struct ant_core *ant, u32 core, u64 entry, struct ant_lca *lca);

#endif /* ANT_CORE_H */
