/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other half of the state machine (core.h): peers that come, go or misbehave. AnT starts,
 * also anew, and its header may be nonsense; the parent and the proxies die at any moment.
 */
#ifndef ANT_PEERS_H
#define ANT_PEERS_H

#include "core.h"

/* AnT is not current (any more): if it has a new header, that is answered. */
void ant_greet(struct ant_core *ant);
/* At module load: does an AnT that started before us still wait for an answer? */
bool ant_is_unanswered(const struct ant_core *ant);
/* AnT is told that we leave, and calls no more. */
void ant_leave(struct ant_core *ant);

/* There is no parent, and none has come for so long that no call is to wait for it any more. */
void ant_abandon(struct ant_core *ant);

/* Its process maps AnT's memory: -ESTALE when it must not any more. */
int ant_map(struct ant_core *ant, struct ant_client *client);
/* Its last descriptor is closed, however that happened; it can be freed. */
void ant_close(struct ant_core *ant, struct ant_client *client);

#endif /* ANT_PEERS_H */
