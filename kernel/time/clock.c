/* SPDX-License-Identifier: MIT */
/*
 * See <time/clock.h> for the contract.
 *
 * The way back from time to ticks multiplies by the inverses of the same two numbers, rounded
 * up, and rounds its result up as well. So it is never too early for clock_us() and clock_ns(),
 * and late by less than one part in 10^9.
 */
#include <time/clock.h>

#include <arch/time.h>

#define US_SHIFT 32
#define NS_SHIFT 27

typedef unsigned __int128 wide;

static struct {
    uint64_t khz;
    uint64_t mult_us, mult_ns; /* time = ticks * mult >> shift */
    uint64_t back_us, back_ns; /* 2^64 / mult, rounded up */
} scale;                       /* [I] after boot */

static uint64_t divide_nearest(uint64_t a, uint64_t b)
{
    return (a + b / 2) / b;
}

void clock_init(uint64_t ticks_khz)
{
    kassert(ticks_khz > 0);
    scale.khz = ticks_khz;
    scale.mult_us = divide_nearest(1000ull << US_SHIFT, ticks_khz);
    scale.mult_ns = divide_nearest(1000000ull << NS_SHIFT, ticks_khz);
    scale.back_us = UINT64_MAX / scale.mult_us + 1;
    scale.back_ns = UINT64_MAX / scale.mult_ns + 1;
}

static uint64_t clip(wide x)
{
    return x < CLOCK_NEVER ? (uint64_t)x : CLOCK_NEVER;
}

static uint64_t forth(uint64_t ticks, uint64_t mult, unsigned shift)
{
    return ticks == CLOCK_NEVER ? CLOCK_NEVER : clip((wide)ticks * mult >> shift);
}

static uint64_t back(uint64_t time, uint64_t mult, unsigned shift)
{
    wide up = ((wide)1 << shift) - 1;

    return time == CLOCK_NEVER ? CLOCK_NEVER : clip(((wide)time * mult + up) >> shift);
}

uint64_t clock_ticks(void)
{
    return arch_ticks();
}

uint64_t clock_us(void)
{
    return clock_ticks_to_us(arch_ticks());
}

uint64_t clock_ns(void)
{
    return clock_ticks_to_ns(arch_ticks());
}

uint64_t clock_ticks_to_us(uint64_t ticks)
{
    return forth(ticks, scale.mult_us, US_SHIFT);
}

uint64_t clock_ticks_to_ns(uint64_t ticks)
{
    return forth(ticks, scale.mult_ns, NS_SHIFT);
}

uint64_t clock_us_to_ticks(uint64_t us)
{
    return back(us, scale.back_us, 64 - US_SHIFT);
}

uint64_t clock_ns_to_ticks(uint64_t ns)
{
    return back(ns, scale.back_ns, 64 - NS_SHIFT);
}

uint64_t clock_mult_us(void)
{
    return scale.mult_us;
}

uint64_t clock_mult_ns(void)
{
    return scale.mult_ns;
}

uint64_t clock_khz(void)
{
    return scale.khz;
}
