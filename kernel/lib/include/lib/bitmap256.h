/* SPDX-License-Identifier: MIT */
/*
 * 256 bits with the highest one found in constant time: the map of ready priorities.
 * Not atomic; its owner protects it.
 */
#pragma once

#include <lib/bits.h>

struct bitmap256 {
    uint64_t summary; /* bit w: word[w] is not 0 */
    uint64_t word[4];
};

static inline void bitmap256_init(struct bitmap256 *m)
{
    *m = (struct bitmap256){ 0 };
}

static inline void bitmap256_set(struct bitmap256 *m, uint8_t bit)
{
    m->word[bit >> 6] |= BIT(bit & 63);
    m->summary |= BIT(bit >> 6);
}

static inline void bitmap256_clear(struct bitmap256 *m, uint8_t bit)
{
    m->word[bit >> 6] &= ~BIT(bit & 63);
    if (!m->word[bit >> 6])
        m->summary &= ~BIT(bit >> 6);
}

static inline bool bitmap256_test(const struct bitmap256 *m, uint8_t bit)
{
    return (m->word[bit >> 6] >> (bit & 63)) & 1;
}

/* Returns: the highest set bit, -1 if none is set. */
static inline int bitmap256_highest(const struct bitmap256 *m)
{
    if (!m->summary)
        return -1;

    unsigned w = bits_highest(m->summary);
    return (int)(w * 64 + bits_highest(m->word[w]));
}
