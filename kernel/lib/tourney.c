/* SPDX-License-Identifier: MIT */
/* See <lib/tourney.h> for the contract. Children of node n are 2n and 2n + 1. */
#include <lib/tourney.h>

void tourney_init(struct tourney *t)
{
    for (unsigned i = 0; i < array_size(t->key); i++)
        t->key[i] = TOURNEY_NONE;
}

void tourney_set(struct tourney *t, uint8_t i, uint64_t key)
{
    unsigned n = TOURNEY_SIZE + i;

    t->key[n] = key;
    for (n /= 2; n > 0; n /= 2)
        t->key[n] = min(t->key[2 * n], t->key[2 * n + 1]);
}

uint64_t tourney_min_above(const struct tourney *t, uint8_t i)
{
    uint64_t best = TOURNEY_NONE;

    /* Wherever the way up comes from the left, the right subtree holds larger indices only. */
    for (unsigned n = TOURNEY_SIZE + i; n > 1; n /= 2)
        if (!(n & 1))
            best = min(best, t->key[n + 1]);
    return best;
}

int tourney_due(const struct tourney *t, uint64_t limit)
{
    unsigned n = 1;

    if (t->key[1] > limit || t->key[1] == TOURNEY_NONE)
        return -1;
    while (n < TOURNEY_SIZE)
        n = t->key[2 * n + 1] <= limit ? 2 * n + 1 : 2 * n;
    return (int)(n - TOURNEY_SIZE);
}
