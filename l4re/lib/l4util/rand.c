/* SPDX-License-Identifier: MIT */
/* A 64-bit linear congruential sequence whose upper half is given out (Knuth's multiplier). */
#include <l4/util/rand.h>

static l4_uint64_t state = 1;

void l4util_srand(l4_uint32_t seed)
{
    state = seed;
    (void)l4util_rand(); /* small seeds would begin with small numbers */
}

l4_uint32_t l4util_rand(void)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (l4_uint32_t)(state >> 32);
}
