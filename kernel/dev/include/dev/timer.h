/* SPDX-License-Identifier: MIT */
/*
 * The one-shot timer of this CPU, in the CPU's ticks (arch/time.h).
 *
 * Sources, best first: TSC deadline, local APIC one-shot, HPET one-shot.
 * There is no floor: the next tick is a legal deadline.
 */
#pragma once

#include <dev/acpi.h>
#include <lib/base.h>

#define TIMER_OFF UINT64_MAX

/*
 * Measure the frequencies (in at most 10 ms) and take the best source.
 * Context: boot, interrupts off, after intr_init(). Panics if the machine has no timer.
 */
void timer_init(const struct acpi_info *acpi);

/* Frequency of arch_ticks(), as measured. */
uint64_t timer_ticks_khz(void);

/* What interrupts: "tsc-deadline", "apic" or "hpet". */
const char *timer_name(void);

/* Physical page of registers that the timer needs for itself; 0: none. */
paddr timer_page(void);

/*
 * fn runs in interrupt context when the deadline has passed, never before it.
 * Boot only.
 */
void timer_set_handler(void (*fn)(void));

/*
 * Set the one deadline; it replaces the last. One that has passed fires at once (as an
 * interrupt, after the micro-section); TIMER_OFF: never. After it fired nothing is set.
 * Context: micro-section. Cost: at most two device accesses (HPET: three).
 */
void timer_set(uint64_t when);
