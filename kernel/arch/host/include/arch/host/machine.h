/* SPDX-License-Identifier: MIT */
/*
 * The machine that tests play with: its clock, its interrupts, its page-table walker.
 *
 * Everything is per CPU (host thread) but the clock. Nothing happens by itself: time passes
 * and interrupts come when a test says so, so every run is the same.
 */
#pragma once

#include <lib/base.h>

/* ---- clock ------------------------------------------------------------------------------ */

#define HOST_ALARM_OFF UINT64_MAX

/* Let time pass. An alarm that becomes due raises its vector. */
void host_clock_advance(uint64_t ticks);

/* Raise `vector` when the clock reaches `when`; replaces the last alarm. One that is due is
 * raised at once. For timer drivers. */
void host_alarm_set(uint64_t when, unsigned vector);

/* When the alarm is due, HOST_ALARM_OFF: there is none. */
uint64_t host_alarm(void);

/* ---- interrupts -------------------------------------------------------------------------- */

/* An interrupt for this CPU: delivered as soon as interrupts are on. Context: any. */
void host_irq_raise(unsigned vector);

/* Is any interrupt waiting to be delivered? */
bool host_irq_pending(void);

/* The lowest pending vector, taken out. There is one. */
unsigned host_irq_take(void);

/* Who takes interrupts that meet the kernel, on all CPUs. NULL: they stay pending. */
void host_irq_set_kernel_entry(void (*fn)(unsigned vector));

/*
 * fn(arg) is asked each time the kernel turns interrupts on or goes to user mode, before they
 * are delivered: there a test may raise one. NULL: nobody is asked.
 */
void host_irq_on_offer(void (*fn)(void *arg), void *arg);

/* Ask, if somebody wants to be asked. */
void host_irq_ask(void);

/* ---- memory ------------------------------------------------------------------------------ */

/*
 * Access of user mode to `va` with `rights` (enum pt_right), as the CPU does it: TLB, else page
 * walk from the loaded root, used bits set.
 * Returns: false if it would fault; else *pa, and the TLB has the page.
 * A translation in the TLB that the tables do not allow any more ends the program: somebody has
 * forgotten a flush.
 */
bool host_mmu_access(uaddr va, unsigned rights, paddr *pa) must_check;

/* TLB flushes so far: of single pages, of everything. */
struct host_mmu_count {
    unsigned long pages, alls, roots;
};
struct host_mmu_count host_mmu_count(void);

/* May user mode use this I/O port right now? */
bool host_io_allowed(unsigned port);
