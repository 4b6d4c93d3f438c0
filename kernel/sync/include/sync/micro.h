/* SPDX-License-Identifier: MIT */
/*
 * Micro-section: interrupts off for a short, constant number of instructions.
 *
 * Rules: straight-line code or loops with a constant bound (synchronisation.md S1); sections
 *        do not nest; per-CPU state is touched only in here. Leaving one reschedules if due.
 * In debug builds entering twice and leaving outside are assertions.
 */
#pragma once

#include <arch/irq.h>
#include <lib/base.h>
#include <sync/upcall.h>

/* Are we inside one (or in an interrupt handler, which is one)? For assertions and helpers. */
static inline bool micro_inside(void)
{
    return !arch_irqs_on();
}

static inline void micro_enter(void)
{
    kassert(!micro_inside());
    arch_irq_off();
}

/* Leave and reschedule if due: the caller may be preempted right here. */
static inline void micro_leave(void)
{
    kassert(micro_inside());
    sched_micro_leave();
    arch_irq_on();
}

/* Leave without looking whether somebody else should run. For the scheduler itself. */
static inline void micro_leave_noresched(void)
{
    kassert(micro_inside());
    arch_irq_on();
}

/*
 * Let interrupts through in the middle of a section that would be too long otherwise: what was
 * looked at before has to be looked at again. Not in interrupt handlers, and not while a
 * thread that was woken is not yet ready.
 */
static inline void micro_window(void)
{
    kassert(micro_inside());
    arch_irq_on();
    arch_pause(); /* an interrupt is held back for one instruction */
    arch_irq_off();
}

/*
 * For primitives that may be called inside a micro-section as well as outside, and at boot:
 *     bool entered = micro_join();  ...  micro_part(entered);
 */
static inline bool micro_join(void)
{
    if (micro_inside())
        return false;
    arch_irq_off();
    return true;
}

static inline void micro_part(bool entered)
{
    if (entered)
        micro_leave();
}
