/* SPDX-License-Identifier: MIT */
/*
 * Tournament tree over 256 keys: each inner node holds the smaller key of its two children.
 *
 * Answers "earliest key among the indices above i" and "highest index that is due" in at
 * most 8 steps each. Index = priority, key = time; TOURNEY_NONE = no time.
 * The owner protects it.
 */
#pragma once

#include <lib/base.h>

#define TOURNEY_SIZE 256u
#define TOURNEY_NONE UINT64_MAX

struct tourney {
    uint64_t key[2 * TOURNEY_SIZE]; /* [1] root, children of n: 2n and 2n + 1, [0] unused */
};

void tourney_init(struct tourney *t);

static inline uint64_t tourney_get(const struct tourney *t, uint8_t i)
{
    return t->key[TOURNEY_SIZE + i];
}

/* Give index i a key. Cost: 8 steps. */
void tourney_set(struct tourney *t, uint8_t i, uint64_t key);

/* Returns: the smallest key among the indices > i, TOURNEY_NONE if there is none. Cost: 8. */
uint64_t tourney_min_above(const struct tourney *t, uint8_t i);

/* Returns: the highest index whose key is <= limit, -1 if none. Cost: 8 steps. */
int tourney_due(const struct tourney *t, uint64_t limit);
