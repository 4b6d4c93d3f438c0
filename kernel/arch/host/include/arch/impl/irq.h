/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of the host: a flag, and a set of vectors that wait for it. They are delivered
 * where the flag goes up, and nowhere else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct host_irqs {
    bool off;
    bool attention;      /* something is pending, or a test wants to be asked */
    uint64_t pending[4]; /* a bit per vector */
};

extern _Thread_local struct host_irqs host_irqs;

void host_irq_offer(void);
void host_pause(void);
void host_idle(void);

static inline void arch_irq_off(void)
{
    host_irqs.off = true;
    __asm__ volatile("" ::: "memory");
}

static inline void arch_irq_on(void)
{
    __asm__ volatile("" ::: "memory");
    host_irqs.off = false;
    if (host_irqs.attention)
        host_irq_offer();
}

static inline bool arch_irqs_on(void)
{
    return !host_irqs.off;
}

static inline void arch_pause(void)
{
    host_pause();
}

static inline void arch_idle(void)
{
    host_idle();
}
