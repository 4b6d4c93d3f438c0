/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <arch/impl/seg.h>

static inline void arch_irq_off(void)
{
    __asm__ volatile("cli" ::: "memory");
}

static inline void arch_irq_on(void)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline bool arch_irqs_on(void)
{
    uint64_t flags;

    __asm__ volatile("pushfq; pop %0" : "=r"(flags) : : "memory");
    return flags & X86_FLAG_IF;
}

static inline void arch_pause(void)
{
    __asm__ volatile("pause" ::: "memory");
}

static inline void arch_idle(void)
{
    /* sti holds interrupts back for one instruction: none comes between it and hlt */
    __asm__ volatile("sti; hlt; cli" ::: "memory");
}
