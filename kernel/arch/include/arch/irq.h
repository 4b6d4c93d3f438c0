/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of this CPU: on, off, wait.
 *
 * Only sync/micro.h and the entry code use these directly; everybody else opens a
 * micro-section. None of them nests.
 */
#pragma once

#include <stdbool.h>

#include <arch/impl/irq.h>

/* Turn interrupts off / on. Compiler barriers. */
static inline void arch_irq_off(void);
static inline void arch_irq_on(void);

/* Are interrupts on? For assertions. */
static inline bool arch_irqs_on(void);

/* Say "I am spinning" to the CPU. */
static inline void arch_pause(void);

/*
 * Idle until an interrupt comes: turns interrupts on and waits in one step, so that an
 * interrupt between the caller's last look and the wait is not lost.
 * Context: called with interrupts off; returns with interrupts off.
 */
static inline void arch_idle(void);
