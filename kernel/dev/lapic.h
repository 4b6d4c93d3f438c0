/* SPDX-License-Identifier: MIT */
/* The local APIC inside this room: bring-up, and its timer. */
#pragma once

#include <dev/timer_source.h>
#include <lib/base.h>

/* Map and enable the local APIC at `base` (0: where the CPU says), everything masked. */
void lapic_init(paddr base);

/* Physical page of its registers; valid before lapic_init() too. */
paddr lapic_page(paddr base_from_tables);

/* Let the counter run down from the top, without interrupts / read what has passed since. */
void lapic_count_start(void);
uint32_t lapic_count_passed(void);

/* The two timers in it. ticks_khz and apic_khz as measured. NULL: the CPU has it not. */
const struct timer_source *lapic_timer_source(uint64_t ticks_khz, uint64_t apic_khz);
const struct timer_source *tsc_deadline_source(void);

/* Put the timer's interrupt into one-shot mode at IRQ_VECTOR_TIMER; mode: LAPIC_TIMER_*. */
enum lapic_timer_mode {
    LAPIC_TIMER_ONESHOT = 0u << 17,
    LAPIC_TIMER_DEADLINE = 2u << 17
};
void lapic_timer_mode(enum lapic_timer_mode mode);
