/* SPDX-License-Identifier: MIT */
/*
 * The timer that compares with the time-stamp counter itself: the deadline is one MSR write,
 * nothing is converted, and one that has passed fires at once.
 */
#include "lapic.h"

#include <arch/impl/cpuid.h>
#include <arch/impl/msr.h>

#define MSR_TSC_DEADLINE 0x6e0u
#define CPUID_1_ECX_DEADLINE (1u << 24)

static void deadline_arm(uint64_t when, uint64_t delta)
{
    (void)delta;
    wrmsr(MSR_TSC_DEADLINE, when ? when : 1); /* 0 would switch it off */
}

static void deadline_stop(void)
{
    wrmsr(MSR_TSC_DEADLINE, 0);
}

const struct timer_source *tsc_deadline_source(void)
{
    static const struct timer_source source = { .name = "tsc-deadline",
                                                .arm = deadline_arm,
                                                .stop = deadline_stop };

    if (!(x86_cpuid(1, 0).ecx & CPUID_1_ECX_DEADLINE))
        return NULL;
    lapic_timer_mode(LAPIC_TIMER_DEADLINE);
    /* The mode is a memory write, the deadline is none: keep their order. */
    __asm__ volatile("mfence" ::: "memory");
    return &source;
}
