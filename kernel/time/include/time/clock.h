/* SPDX-License-Identifier: MIT */
/*
 * Clock: the CPU's ticks as microseconds and nanoseconds.
 *
 *   us = ticks * mult_us >> 32      ns = ticks * mult_ns >> 27
 *
 * User mode computes the same from the same two numbers (kernel info page), so both agree to
 * the microsecond for ever. Products have 128 bits: nothing overflows in 100 years.
 * Progress: wait-free, a few instructions, any context.
 */
#pragma once

#include <lib/base.h>

#define CLOCK_NEVER UINT64_MAX /* a time, in any unit, that does not come */

/* Set the scale; ticks_khz > 0. Boot, once, before anybody asks. */
void clock_init(uint64_t ticks_khz);

/* Now. */
uint64_t clock_ticks(void);
uint64_t clock_us(void);
uint64_t clock_ns(void);

/* Of a time in ticks. CLOCK_NEVER stays CLOCK_NEVER in all four. */
uint64_t clock_ticks_to_us(uint64_t ticks);
uint64_t clock_ticks_to_ns(uint64_t ticks);

/* The first tick at which clock_us() / clock_ns() have reached the time; never too early. */
uint64_t clock_us_to_ticks(uint64_t us);
uint64_t clock_ns_to_ticks(uint64_t ns);

/* The numbers of the formulas above, and the tick rate. */
uint64_t clock_mult_us(void);
uint64_t clock_mult_ns(void);
uint64_t clock_khz(void);
