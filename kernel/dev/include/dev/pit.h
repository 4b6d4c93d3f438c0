/* SPDX-License-Identifier: MIT */
/* The 8254: only its third counter, as a reference to measure with. */
#pragma once

#include <lib/base.h>

/* Let it count from now on, without interrupts, for 54 ms at most. */
void pit_start(void);

/* Ticks since pit_start(), and nanoseconds that a number of them takes. */
uint32_t pit_read(void);
uint64_t pit_ticks_to_ns(uint32_t ticks);

/* Has it counted to its end, so that pit_read() means nothing any more? */
bool pit_is_over(void);
