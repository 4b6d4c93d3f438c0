/* SPDX-License-Identifier: MIT */
/*
 * A device that can interrupt once, later. Used inside this room; timer.c is its only user.
 */
#pragma once

#include <lib/base.h>

struct timer_source {
    const char *name;
    /*
     * Interrupt at tick `when`, `delta` ticks from now (0: at once). Earlier is allowed: the
     * caller looks at the clock and arms again. Later is not, but for the device's own grain.
     * Context: micro-section.
     */
    void (*arm)(uint64_t when, uint64_t delta);
    void (*stop)(void);
};

/* The source's interrupt, if it is not that of IRQ_VECTOR_TIMER. Context: interrupt. */
void timer_source_hit(void);

/*
 * x * mult / 2^32, rounded up, at most `most`. For delta -> device ticks.
 */
static inline uint64_t timer_scale_up(uint64_t x, uint64_t mult, uint64_t most)
{
    const unsigned __int128 y = ((unsigned __int128)x * mult + UINT32_MAX) >> 32;

    return y > most ? most : (uint64_t)y;
}
