/* SPDX-License-Identifier: MIT */
/* Questions about the bits of a word. Constant time, no tables, no library calls. */
#pragma once

#include <lib/base.h>

/* Index of the highest / lowest set bit. `x` is not 0. */
static inline unsigned bits_highest(uint64_t x)
{
    return 63u - (unsigned)__builtin_clzll(x);
}

static inline unsigned bits_lowest(uint64_t x)
{
    return (unsigned)__builtin_ctzll(x);
}

/* The same counted from 1, and 0 if no bit is set. */
static inline unsigned bits_fls(uint64_t x)
{
    return x ? bits_highest(x) + 1 : 0;
}

static inline unsigned bits_ffs(uint64_t x)
{
    return x ? bits_lowest(x) + 1 : 0;
}

static inline bool bits_is_pow2(uint64_t x)
{
    return x && !(x & (x - 1));
}

/* Smallest n with 2^n >= x; 0 for x <= 1. */
static inline unsigned bits_log2_up(uint64_t x)
{
    return x <= 1 ? 0 : bits_highest(x - 1) + 1;
}

/* Largest n with 2^n <= x. `x` is not 0. */
static inline unsigned bits_log2_down(uint64_t x)
{
    return bits_highest(x);
}

/* All bits below bit n, 0 <= n <= 64. */
static inline uint64_t bits_below(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

/* Number of set bits. */
unsigned bits_count(uint64_t x);
