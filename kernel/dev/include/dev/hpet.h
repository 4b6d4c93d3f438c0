/* SPDX-License-Identifier: MIT */
/* The HPET: a counter to measure with, and a one-shot timer where nothing better is. */
#pragma once

#include <dev/timer_source.h>
#include <lib/base.h>

/*
 * Start the counter of the HPET at `base` (0: there is none).
 * Returns: false if there is none or it says nonsense. Context: boot.
 */
bool hpet_init(paddr base);

/* Low word of the counter, and nanoseconds that a number of its ticks take. */
uint32_t hpet_read(void);
uint64_t hpet_ticks_to_ns(uint32_t ticks);

/* As the CPU's timer, through a pin of an I/O APIC. NULL: it cannot. */
const struct timer_source *hpet_timer_source(uint64_t ticks_khz);
